package io.barecount.gateway.kafka;

import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.store.Arrivals;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

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
    @Blocking
    void take(ConsumerRecords<String, byte[]> batch) {
        attempts.process(batch, event -> {
            var attempt = ((DispatchEvent) event.data()).attempt().toString();
            AttemptInput input = switch ((DispatchEvent) event.data()) {
                case DispatchEvent.Start start -> new AttemptInput.Start(start, event.namespace());
                case DispatchEvent.Stop stop -> new AttemptInput.Stop(stop, event.namespace());
            };
            return List.of(Input.of(attempt, input, event));
        });
        arrivals.tell();
    }
}
