package io.barecount.scheduler.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.timer.Timers;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.store.Runs;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Looks for what has become due, and for room that was freed elsewhere. All of it stands in the database alone, so that neither a
 * restart nor a second instance loses or doubles anything: the run itself decides, and finds nothing due the second time.
 */
@ApplicationScoped
class RunTimer {
    private static final int RUNS_MAX = 500;

    private final Runs runs;
    private final Stage<RunState, RunInput> stage;
    private final SchedulerConfig config;

    RunTimer(Runs runs, Stage<RunState, RunInput> stage, SchedulerConfig config) {
        this.runs = runs;
        this.stage = stage;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(config.pollEvery(), "looking for runs that are due", this::poll);
    }

    private void poll() {
        var decided = runs.due(Instant.now(), RUNS_MAX).stream().map(this::tell).toList();
        CompletableFuture.allOf(decided.toArray(CompletableFuture[]::new)).join();
        if (runs.isAnythingWanted()) {
            stage.turn().join();
        }
    }

    private CompletableFuture<RunState> tell(Runs.DueRun due) {
        var cause = EventIds.ofName("scheduler/due/" + due.run() + "/" + due.dueAt());
        return stage.submit(new Input<>(due.run(), new RunInput.Due(), cause, null));
    }
}
