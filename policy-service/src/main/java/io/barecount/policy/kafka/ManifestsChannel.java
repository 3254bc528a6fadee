package io.barecount.policy.kafka;

import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.ManifestEvent.Accepted;
import io.barecount.contracts.manifest.ManifestEvent.Rejected;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.PolledBatches;
import io.barecount.messaging.stage.Stage;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Has every accepted manifest decided on; what intake rejected never runs, so there is nothing to decide. */
@ApplicationScoped
class ManifestsChannel {
    private final Stage<DecisionState, DecisionInput> stage;

    ManifestsChannel(Stage<DecisionState, DecisionInput> stage) {
        this.stage = stage;
    }

    @Incoming("manifests")
    Flow.Subscriber<Message<List<byte[]>>> manifests() {
        return PolledBatches.of("manifests", this::take);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        return stage.process(batch, event -> switch ((ManifestEvent) event.data()) {
            case Accepted accepted ->
                List.of(Input.of(accepted.run().toString(), new DecisionInput.Accepted(accepted), event));
            case Rejected rejected -> List.of();
        });
    }
}
