package io.barecount.scheduler.kafka;

import io.barecount.contracts.control.ControlEvent;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.PolledBatches;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.schedule.ScheduleInput;
import io.barecount.scheduler.schedule.ScheduleState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Learns what registered pipelines start by themselves; all else on the topic was said by this service. */
@ApplicationScoped
class ControlsChannel {
    private final Stage<ScheduleState, ScheduleInput> stage;

    ControlsChannel(Stage<ScheduleState, ScheduleInput> stage) {
        this.stage = stage;
    }

    @Incoming("controls")
    Flow.Subscriber<Message<List<byte[]>>> controls() {
        return PolledBatches.of("controls", this::take);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        return stage.process(
                batch,
                event -> event.data() instanceof ControlEvent.TriggersSet set
                        ? List.of(Input.of(
                                set.namespace() + "/" + set.pipeline(), new ScheduleInput.Registered(set), event))
                        : List.of());
    }
}
