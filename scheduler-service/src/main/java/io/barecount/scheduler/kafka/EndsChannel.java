package io.barecount.scheduler.kafka;

import io.barecount.contracts.manifest.Manifest.Outcome;
import io.barecount.contracts.run.RunEvent;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.PolledBatches;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.schedule.ScheduleInput;
import io.barecount.scheduler.schedule.ScheduleState;
import io.barecount.scheduler.store.Schedules;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Starts what comes after the runs that have ended. */
@ApplicationScoped
class EndsChannel {
    private final Stage<ScheduleState, ScheduleInput> stage;
    private final Schedules schedules;

    EndsChannel(Stage<ScheduleState, ScheduleInput> stage, Schedules schedules) {
        this.stage = stage;
        this.schedules = schedules;
    }

    @Incoming("ends")
    Flow.Subscriber<Message<List<byte[]>>> ends() {
        return PolledBatches.of("ends", this::take);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        return stage.process(batch, event -> {
            var outcome = switch ((RunEvent) event.data()) {
                case RunEvent.Succeeded succeeded -> Outcome.SUCCEEDED;
                case RunEvent.Failed failed -> Outcome.FAILED;
                case RunEvent.Cancelled cancelled -> Outcome.ENDED;
                case RunEvent.Queued queued -> null;
                case RunEvent.Running running -> null;
                case RunEvent.Denied denied -> null;
                case RunEvent.Rejected rejected -> null;
            };
            if (outcome == null) {
                return List.of();
            }
            var ended = (RunEvent) event.data();
            return schedules.after(ended.namespace(), ended.pipeline()).stream()
                    .map(key -> Input.<ScheduleInput>of(
                            key, new ScheduleInput.Ended(ended.run(), ended.pipeline(), outcome), event))
                    .toList();
        });
    }
}
