package io.barecount.scheduler.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.timer.Timers;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.control.ControlInput;
import io.barecount.scheduler.control.ControlState;
import io.barecount.scheduler.control.Mode;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.store.Controls;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CompletableFuture;

/** Carries through what a control asks for: cancels the runs of a killed scope, and tells when a draining one is empty. */
@ApplicationScoped
class ControlTimer {
    private static final int RUNS_MAX = 500;

    private final Controls controls;
    private final Stage<ControlState, ControlInput> stage;
    private final Stage<RunState, RunInput> runs;
    private final SchedulerConfig config;

    ControlTimer(
            Controls controls,
            Stage<ControlState, ControlInput> stage,
            Stage<RunState, RunInput> runs,
            SchedulerConfig config) {
        this.controls = controls;
        this.stage = stage;
        this.runs = runs;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(config.pollEvery(), "carrying through controls", this::poll);
    }

    private void poll() {
        controls.in(Mode.DRAINING).stream()
                .map(ControlState::scope)
                .filter(scope -> !controls.isAnythingOut(scope))
                .forEach(scope -> {
                    var cause = EventIds.ofName("scheduler/emptied/" + scope);
                    stage.submit(new Input<>(scope.toString(), new ControlInput.Emptied(scope), cause, null))
                            .join();
                });
        controls.in(Mode.KILLED).forEach(this::kill);
    }

    private void kill(ControlState killed) {
        var reason = killed.scope() + " was killed by " + killed.by() + ": " + killed.reason();
        var cancelled = controls.toBeKilled(killed, RUNS_MAX).stream()
                .map(run -> {
                    var cause = EventIds.ofName("scheduler/killed/" + run + "/" + killed.since());
                    return runs.submit(new Input<>(run, new RunInput.Cancel(reason), cause, null));
                })
                .toList();
        CompletableFuture.allOf(cancelled.toArray(CompletableFuture[]::new)).join();
    }
}
