package io.barecount.scheduler.kafka;

import io.barecount.contracts.manifest.ManifestEvent;
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

/** Ends runs whose submission was rejected; an accepted one goes to governance first. */
@ApplicationScoped
class ManifestsChannel {
    private final Stage<RunState, RunInput> stage;

    ManifestsChannel(Stage<RunState, RunInput> stage) {
        this.stage = stage;
    }

    @Incoming("manifests")
    Flow.Subscriber<Message<List<byte[]>>> manifests() {
        return PolledBatches.of("manifests", this::take);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        return stage.process(batch, event -> switch ((ManifestEvent) event.data()) {
            case ManifestEvent.Accepted accepted -> List.of();
            case ManifestEvent.Rejected rejected ->
                List.of(Input.of(rejected.run().toString(), new RunInput.Refused(rejected), event));
        });
    }
}
