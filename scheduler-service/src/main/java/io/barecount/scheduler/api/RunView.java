package io.barecount.scheduler.api;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.scheduler.run.Placement;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.run.Status;
import io.barecount.scheduler.run.Summary;
import io.barecount.scheduler.store.Waits;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run as the API shows it; what is null is left out. For what the parts mean see {@link Summary}.
 *
 * @param paused why it starts nothing more for now
 * @param waits what keeps it from dispatching more, the widest scope first; null in a list, and if it wants nothing
 * @param attempts those that are out or wait for their time; null in a list and once the run has ended
 */
record RunView(
        RunId run,
        String namespace,
        String pipeline,
        Status state,
        String reason,
        RunnerType runnerType,
        NetworkModel network,
        String boundary,
        int tasks,
        int succeeded,
        int failed,
        int outstanding,
        int waiting,
        Money estimate,
        Money cost,
        Instant arrivedAt,
        Instant runningAt,
        Instant endedAt,
        Instant nextDueAt,
        Manifest.Priority priority,
        String paused,
        List<Waits.Wait> waits,
        List<Attempt> attempts) {

    /** @param due when a waiting attempt may start; null for one that is out */
    record Attempt(AttemptId attempt, Stand state, Instant due) {}

    enum Stand {
        DISPATCHED,
        STARTED,
        WAITING
    }

    static RunView of(RunState state) {
        return switch (state) {
            case RunState.Active active -> of(active.summary(), attempts(active));
            case RunState.Ended ended -> of(ended.summary());
        };
    }

    static RunView of(Summary summary) {
        return of(summary, null);
    }

    RunView waitingFor(List<Waits.Wait> what) {
        return new RunView(
                run,
                namespace,
                pipeline,
                state,
                reason,
                runnerType,
                network,
                boundary,
                tasks,
                succeeded,
                failed,
                outstanding,
                waiting,
                estimate,
                cost,
                arrivedAt,
                runningAt,
                endedAt,
                nextDueAt,
                priority,
                paused,
                what,
                attempts);
    }

    private static List<Attempt> attempts(RunState.Active active) {
        var run = active.plan().run();
        var out = active.outstanding().stream()
                .map(o -> new Attempt(
                        run.task(o.task()).attempt(o.attempt()), o.started() ? Stand.STARTED : Stand.DISPATCHED, null));
        var waiting = active.waiting().stream()
                .map(w -> new Attempt(run.task(w.task()).attempt(w.attempt()), Stand.WAITING, w.due()));
        return Stream.concat(out, waiting).toList();
    }

    private static RunView of(Summary summary, List<Attempt> attempts) {
        var placement = summary.placement() == null ? new Placement(null, null, null) : summary.placement();
        return new RunView(
                summary.run(),
                summary.namespace(),
                summary.pipeline(),
                summary.status(),
                summary.reason(),
                placement.runnerType(),
                placement.network(),
                placement.boundary(),
                summary.tasks(),
                summary.succeeded(),
                summary.failed(),
                summary.outstanding(),
                summary.waiting(),
                summary.estimate(),
                summary.cost(),
                summary.arrivedAt(),
                summary.runningAt(),
                summary.endedAt(),
                summary.nextDueAt(),
                summary.priority(),
                summary.paused(),
                null,
                attempts);
    }
}
