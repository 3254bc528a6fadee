package io.barecount.scheduler.kafka;

import io.barecount.contracts.execution.ExecutionEvent;
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

/** Advances runs by what the gateway reports of their attempts. */
@ApplicationScoped
class ExecutionsChannel {
    private final Stage<RunState, RunInput> stage;

    ExecutionsChannel(Stage<RunState, RunInput> stage) {
        this.stage = stage;
    }

    @Incoming("executions")
    Flow.Subscriber<Message<List<byte[]>>> executions() {
        return PolledBatches.of("executions", this::take);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        return stage.process(batch, event -> {
            var report = (ExecutionEvent) event.data();
            return List.of(Input.of(report.attempt().run().toString(), new RunInput.Reported(report), event));
        });
    }
}
