package io.barecount.scheduler.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.store.Runs;
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

/**
 * Looks for what has become due, and for room that was freed elsewhere. All of it stands in the database alone, so that neither a
 * restart nor a second instance loses or doubles anything: the run itself decides, and finds nothing due the second time.
 */
@ApplicationScoped
class RunTimer {
    private static final Logger LOG = Logger.getLogger(RunTimer.class);
    private static final int RUNS_MAX = 500;

    private final Runs runs;
    private final Stage<RunState, RunInput> stage;
    private final SchedulerConfig config;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("run-timer").factory());

    RunTimer(Runs runs, Stage<RunState, RunInput> stage, SchedulerConfig config) {
        this.runs = runs;
        this.stage = stage;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        var every = config.pollEvery().toMillis();
        timer.scheduleWithFixedDelay(this::poll, every, every, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void poll() {
        try {
            var decided =
                    runs.due(Instant.now(), RUNS_MAX).stream().map(this::tell).toList();
            CompletableFuture.allOf(decided.toArray(CompletableFuture[]::new)).join();
            if (runs.isAnythingWanted()) {
                stage.turn().join();
            }
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                LOG.errorf(e, "looking for runs that are due failed; again in %s", config.pollEvery());
            }
        }
    }

    private CompletableFuture<RunState> tell(Runs.DueRun due) {
        var cause = EventIds.ofName("scheduler/due/" + due.run() + "/" + due.dueAt());
        return stage.submit(new Input<>(due.run(), new RunInput.Due(), cause, null));
    }
}
