package io.barecount.policy.kafka;

import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.ManifestEvent.Accepted;
import io.barecount.contracts.manifest.ManifestEvent.Rejected;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.policy.decision.DecisionState;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Has every accepted manifest decided on; what intake rejected never runs, so there is nothing to decide. */
@ApplicationScoped
class ManifestsChannel {
    private final Stage<DecisionState, Accepted> stage;

    ManifestsChannel(Stage<DecisionState, Accepted> stage) {
        this.stage = stage;
    }

    /** The batch is acknowledged when this returns: its decisions are committed and told by then. */
    @Incoming("manifests")
    @Blocking
    void consume(ConsumerRecords<String, byte[]> batch) {
        stage.process(batch, event -> switch ((ManifestEvent) event.data()) {
            case Accepted accepted -> List.of(Input.of(accepted.run().toString(), accepted, event));
            case Rejected rejected -> List.of();
        });
    }
}
