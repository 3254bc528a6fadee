package io.barecount.scheduler.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.timer.Timers;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.schedule.ScheduleInput;
import io.barecount.scheduler.schedule.ScheduleState;
import io.barecount.scheduler.store.Schedules;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Looks for schedules that are due, and cancels the runs whose place a later time takes. What is due stands in the database alone. */
@ApplicationScoped
class ScheduleTimer {
    private static final int DUE_MAX = 500;

    private final Schedules schedules;
    private final Stage<ScheduleState, ScheduleInput> stage;
    private final Stage<RunState, RunInput> runs;
    private final SchedulerConfig config;

    ScheduleTimer(
            Schedules schedules,
            Stage<ScheduleState, ScheduleInput> stage,
            Stage<RunState, RunInput> runs,
            SchedulerConfig config) {
        this.schedules = schedules;
        this.stage = stage;
        this.runs = runs;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(config.scheduleEvery(), "looking for schedules that are due", this::poll);
    }

    private void poll() {
        var fired =
                schedules.due(Instant.now(), DUE_MAX).stream().map(this::fire).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(fired).join();
    }

    private CompletableFuture<?> fire(ScheduleState due) {
        var ended = schedules.ended(due.awaited());
        due.replaced().stream().filter(run -> !ended.contains(run)).forEach(run -> {
            var cause = EventIds.ofName("scheduler/replaced/" + run);
            runs.submit(new Input<>(
                            run.toString(),
                            new RunInput.Cancel("a later time of its schedule replaced it"),
                            cause,
                            null))
                    .join();
        });
        var key = due.namespace() + "/" + due.pipeline();
        var cause = EventIds.ofName("scheduler/fired/" + key + "/" + Instant.now());
        return stage.submit(new Input<>(key, new ScheduleInput.Due(ended), cause, null));
    }
}
