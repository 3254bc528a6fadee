package io.barecount.scheduler.kafka;

import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.PolledBatches;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Admits or ends runs as governance decided. */
@ApplicationScoped
class DecisionsChannel {
    private final Stage<RunState, RunInput> stage;

    DecisionsChannel(Stage<RunState, RunInput> stage) {
        this.stage = stage;
    }

    @Incoming("decisions")
    Flow.Subscriber<Message<List<byte[]>>> decisions() {
        return PolledBatches.of("decisions", this::take);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        return stage.process(batch, event -> {
            var decision = (DecisionEvent) event.data();
            return List.of(Input.of(decision.run().toString(), new RunInput.Decided(decision), event));
        });
    }
}
