package io.barecount.messaging.stage;

import java.util.List;

/** What follows from an input: the new state, and what is to be told, in order. Both are stored in one transaction, or neither. */
public record Decision<S>(S state, List<Outgoing> events) {
    public Decision {
        events = List.copyOf(events);
    }

    /** The input changes nothing, such as a repeat. */
    public static <S> Decision<S> unchanged(S state) {
        return new Decision<>(state, List.of());
    }

    public static <S> Decision<S> of(S state, Outgoing... events) {
        return new Decision<>(state, List.of(events));
    }
}
