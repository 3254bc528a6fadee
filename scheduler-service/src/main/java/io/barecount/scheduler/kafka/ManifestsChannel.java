package io.barecount.scheduler.kafka;

import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Ends runs whose submission was rejected; an accepted one goes to governance first. */
@ApplicationScoped
class ManifestsChannel {
    private final Stage<RunState, RunInput> stage;

    ManifestsChannel(Stage<RunState, RunInput> stage) {
        this.stage = stage;
    }

    @Incoming("manifests")
    @Blocking
    void consume(ConsumerRecords<String, byte[]> batch) {
        stage.process(batch, event -> switch ((ManifestEvent) event.data()) {
            case ManifestEvent.Accepted accepted -> List.of();
            case ManifestEvent.Rejected rejected ->
                List.of(Input.of(rejected.run().toString(), new RunInput.Refused(rejected), event));
        });
    }
}
