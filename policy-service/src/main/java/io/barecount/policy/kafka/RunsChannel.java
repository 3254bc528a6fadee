package io.barecount.policy.kafka;

import io.barecount.contracts.Money;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.run.RunEvent;
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

/** Settles what was reserved for runs that have ended, and learns from those that succeeded how long they took. */
@ApplicationScoped
class RunsChannel {
    private final Stage<DecisionState, DecisionInput> stage;

    RunsChannel(Stage<DecisionState, DecisionInput> stage) {
        this.stage = stage;
    }

    @Incoming("runs")
    Flow.Subscriber<Message<List<byte[]>>> runs() {
        return PolledBatches.of("runs", this::take);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        return stage.process(batch, event -> switch ((RunEvent) event.data()) {
            case RunEvent.Succeeded end -> ended(end, end.cost(), event);
            case RunEvent.Failed end -> ended(end, end.cost(), event);
            case RunEvent.Cancelled end -> ended(end, end.cost(), event);
            case RunEvent.Queued queued -> List.of();
            case RunEvent.Running running -> List.of();
            case RunEvent.Denied denied -> List.of();
            case RunEvent.Rejected rejected -> List.of();
        });
    }

    private static List<Input<DecisionInput>> ended(RunEvent end, Money cost, Event<?> event) {
        return List.of(Input.of(
                end.run().toString(),
                new DecisionInput.Ended(cost, end.at(), end instanceof RunEvent.Succeeded),
                event));
    }
}
