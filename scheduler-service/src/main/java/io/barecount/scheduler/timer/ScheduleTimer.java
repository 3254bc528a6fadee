package io.barecount.scheduler.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.schedule.ScheduleInput;
import io.barecount.scheduler.schedule.ScheduleState;
import io.barecount.scheduler.store.Schedules;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Looks for schedules that are due, and cancels the runs whose place a later time takes. What is due stands in the database alone. */
@ApplicationScoped
class ScheduleTimer {
    private static final Logger LOG = Logger.getLogger(ScheduleTimer.class);
    private static final int DUE_MAX = 500;

    private final Schedules schedules;
    private final Stage<ScheduleState, ScheduleInput> stage;
    private final Stage<RunState, RunInput> runs;
    private final SchedulerConfig config;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("schedule-timer").factory());

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

    void start(@Observes StartupEvent event) {
        var every = config.scheduleEvery().toMillis();
        timer.scheduleWithFixedDelay(this::poll, every, every, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void poll() {
        try {
            var fired = schedules.due(Instant.now(), DUE_MAX).stream()
                    .map(this::fire)
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(fired).join();
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                LOG.errorf(e, "looking for schedules that are due failed; again in %s", config.scheduleEvery());
            }
        }
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
