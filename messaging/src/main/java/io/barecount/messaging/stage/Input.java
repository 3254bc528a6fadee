package io.barecount.messaging.stage;

import io.barecount.contracts.event.Event;
import java.util.UUID;

/**
 * Something that a stage has to decide on.
 *
 * @param key of the state it speaks to; inputs of one key are decided in order
 * @param cause id of the event or request it came from: what follows derives its ids from it
 * @param traceparent may be null, then the trace of the key's first input goes on
 */
public record Input<I>(String key, I value, UUID cause, String traceparent) {
    public static <I> Input<I> of(String key, I value, Event<?> event) {
        return new Input<>(key, value, event.id(), event.traceparent());
    }
}
