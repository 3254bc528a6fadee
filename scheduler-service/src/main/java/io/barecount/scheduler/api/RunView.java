package io.barecount.scheduler.api;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.store.RunRow;
import java.time.Instant;

/**
 * A run as the API shows it.
 *
 * @param outstanding tasks that are out or wait for a retry
 * @param reason why it ended as it did, or why it is stopping
 */
record RunView(
        RunId run,
        String namespace,
        String pipeline,
        String state,
        RunnerType runner,
        NetworkModel network,
        String boundary,
        int tasks,
        int succeeded,
        int failed,
        int outstanding,
        Money estimate,
        Money cost,
        String reason,
        Instant updatedAt) {
    static RunView of(RunRow row) {
        var state = Json.read(row.state, RunState.class);
        return of(state, row.updatedAt);
    }

    static RunView of(RunState state, Instant updatedAt) {
        var status = RunRow.status(state);
        return switch (state) {
            case RunState.Active active -> {
                var spec = active.plan().spec().manifest().spec();
                yield new RunView(
                        active.run(),
                        active.namespace(),
                        active.pipeline(),
                        status,
                        spec.runner().type(),
                        spec.network().model(),
                        spec.network().boundary(),
                        active.plan().spec().manifest().taskCount(),
                        active.succeeded(),
                        active.failed(),
                        active.open().size(),
                        active.plan().estimate().likely(),
                        active.cost(),
                        active.stopping(),
                        updatedAt);
            }
            case RunState.Ended ended ->
                new RunView(
                        ended.run(),
                        ended.namespace(),
                        ended.pipeline(),
                        status,
                        null,
                        null,
                        null,
                        ended.tasks(),
                        ended.succeeded(),
                        ended.failed(),
                        0,
                        null,
                        ended.cost(),
                        ended.reason(),
                        updatedAt);
        };
    }
}
