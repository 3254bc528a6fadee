package io.barecount.scheduler.kafka;

import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Advances runs by decisions, rejections and the reports of attempts. A batch is acknowledged when its method returns. */
@ApplicationScoped
class RunChannels {
    private final Stage<RunState, RunInput> runs;

    RunChannels(Stage<RunState, RunInput> runs) {
        this.runs = runs;
    }

    @Incoming("decisions")
    @RunOnVirtualThread
    void decisions(ConsumerRecords<String, byte[]> batch) {
        runs.process(batch, event -> switch ((DecisionEvent) event.data()) {
            case DecisionEvent.Permitted permitted ->
                input(event, permitted.run().toString(), new RunInput.Permitted(permitted));
            case DecisionEvent.Denied denied -> input(event, denied.run().toString(), new RunInput.Denied(denied));
        });
    }

    @Incoming("manifests")
    @RunOnVirtualThread
    void manifests(ConsumerRecords<String, byte[]> batch) {
        runs.process(batch, event -> switch ((ManifestEvent) event.data()) {
            case ManifestEvent.Accepted accepted -> List.of();
            case ManifestEvent.Rejected rejected ->
                input(event, rejected.run().toString(), new RunInput.Rejected(rejected));
        });
    }

    @Incoming("executions")
    @RunOnVirtualThread
    void executions(ConsumerRecords<String, byte[]> batch) {
        runs.process(batch, event -> {
            var report = (ExecutionEvent) event.data();
            return input(event, report.attempt().run().toString(), new RunInput.Reported(report));
        });
    }

    private static List<Input<RunInput>> input(Event<?> event, String run, RunInput input) {
        return List.of(Input.of(run, input, event));
    }
}
