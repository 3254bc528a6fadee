package io.barecount.scheduler.kafka;

import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Advances runs by what the gateway reports of their attempts. */
@ApplicationScoped
class ExecutionsChannel {
    private final Stage<RunState, RunInput> stage;

    ExecutionsChannel(Stage<RunState, RunInput> stage) {
        this.stage = stage;
    }

    @Incoming("executions")
    @Blocking
    void consume(ConsumerRecords<String, byte[]> batch) {
        stage.process(batch, event -> {
            var report = (ExecutionEvent) event.data();
            return List.of(Input.of(report.attempt().run().toString(), new RunInput.Reported(report), event));
        });
    }
}
