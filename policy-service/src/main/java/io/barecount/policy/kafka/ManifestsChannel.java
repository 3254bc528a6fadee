package io.barecount.policy.kafka;

import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.policy.decision.DecisionState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Decides accepted submissions; rejected ones need no decision. */
@ApplicationScoped
class ManifestsChannel {
    private final Stage<DecisionState, ManifestEvent.Accepted> decisions;

    ManifestsChannel(Stage<DecisionState, ManifestEvent.Accepted> decisions) {
        this.decisions = decisions;
    }

    @Incoming("manifests")
    @RunOnVirtualThread
    void decide(ConsumerRecords<String, byte[]> batch) {
        decisions.process(batch, event -> switch ((ManifestEvent) event.data()) {
            case ManifestEvent.Accepted accepted ->
                List.of(Input.of(accepted.run().toString(), accepted, event));
            case ManifestEvent.Rejected rejected -> List.of();
        });
    }
}
