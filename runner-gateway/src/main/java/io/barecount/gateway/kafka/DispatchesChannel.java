package io.barecount.gateway.kafka;

import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.drive.Drive;
import io.barecount.gateway.store.Arrivals;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.PolledBatches;
import io.barecount.messaging.stage.Stage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Takes what the scheduler wants started or stopped. */
@ApplicationScoped
class DispatchesChannel {
    private final Stage<AttemptState, AttemptInput> attempts;
    private final Drive drive;
    private final Arrivals arrivals;

    DispatchesChannel(Stage<AttemptState, AttemptInput> attempts, Drive drive, Arrivals arrivals) {
        this.attempts = attempts;
        this.drive = drive;
        this.arrivals = arrivals;
    }

    @Incoming("dispatches")
    Flow.Subscriber<Message<List<byte[]>>> dispatches() {
        return PolledBatches.of("dispatches", this::take);
    }

    private CompletionStage<Void> take(ConsumerRecords<String, byte[]> batch) {
        var waiting = new AtomicBoolean();
        var done = attempts.process(
                batch,
                event -> switch ((DispatchEvent) event.data()) {
                    case DispatchEvent.Start start -> List.of(arrived(start, event));
                    case DispatchEvent.StartAll starts ->
                        starts.each().stream()
                                .map(start -> arrived(start, event))
                                .toList();
                    case DispatchEvent.Stop stop ->
                        List.of(Input.of(
                                stop.attempt().toString(), new AttemptInput.Stop(stop, event.namespace()), event));
                },
                (input, state) -> {
                    if (input.value() instanceof AttemptInput.Start start) {
                        drive.decided(start, state);
                    }
                    if (!(state instanceof AttemptState.Driven)) {
                        waiting.set(true);
                    }
                });
        return done.thenRun(() -> {
            if (waiting.get()) {
                arrivals.tell();
            }
        });
    }

    private Input<AttemptInput> arrived(DispatchEvent.Start start, Event<?> event) {
        return Input.of(start.attempt().toString(), drive.arrived(start, event.namespace()), event);
    }
}
