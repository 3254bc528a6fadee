package io.barecount.gateway.kafka;

import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.store.Arrivals;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.PolledBatches;
import io.barecount.messaging.stage.Stage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Takes what the scheduler wants started or stopped. */
@ApplicationScoped
class DispatchesChannel {
    private final Stage<AttemptState, AttemptInput> attempts;
    private final Arrivals arrivals;

    DispatchesChannel(Stage<AttemptState, AttemptInput> attempts, Arrivals arrivals) {
        this.attempts = attempts;
        this.arrivals = arrivals;
    }

    @Incoming("dispatches")
    Flow.Subscriber<Message<List<byte[]>>> dispatches() {
        return PolledBatches.of("dispatches", this::take);
    }

    private CompletionStage<Void> take(ConsumerRecords<String, byte[]> batch) {
        var done = attempts.process(batch, event -> {
            var attempt = ((DispatchEvent) event.data()).attempt().toString();
            AttemptInput input = switch ((DispatchEvent) event.data()) {
                case DispatchEvent.Start start -> new AttemptInput.Start(start, event.namespace());
                case DispatchEvent.Stop stop -> new AttemptInput.Stop(stop, event.namespace());
            };
            return List.of(Input.of(attempt, input, event));
        });
        return done.thenRun(arrivals::tell);
    }
}
