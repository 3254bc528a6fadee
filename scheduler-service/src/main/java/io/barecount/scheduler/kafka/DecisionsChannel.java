package io.barecount.scheduler.kafka;

import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Admits or ends runs as governance decided. */
@ApplicationScoped
class DecisionsChannel {
    private final Stage<RunState, RunInput> stage;

    DecisionsChannel(Stage<RunState, RunInput> stage) {
        this.stage = stage;
    }

    @Incoming("decisions")
    @Blocking
    void consume(ConsumerRecords<String, byte[]> batch) {
        stage.process(batch, event -> {
            var decision = (DecisionEvent) event.data();
            return List.of(Input.of(decision.run().toString(), new RunInput.Decided(decision), event));
        });
    }
}
