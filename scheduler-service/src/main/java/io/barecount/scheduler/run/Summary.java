package io.barecount.scheduler.run;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.Manifest;
import java.time.Instant;

/**
 * What is to be known of a run at any time, and all that is kept of it once it has ended.
 *
 * @param namespace and {@code pipeline}: null where a rejected submission could not be read that far
 * @param placement null for a rejected submission
 * @param tasks the merging one included; 0 for a submission that nothing was planned for
 * @param failed tasks that got no further attempt after a failure; a task that was stopped, or was still waiting for a retry when the
 *     run was stopped, counts neither as failed nor as succeeded
 * @param outstanding attempts that were dispatched and have not ended
 * @param waiting tasks that wait for a retry
 * @param estimate the likely cost; null if none was made
 * @param cost of all attempts that reported their time; null if nothing was admitted
 * @param reason of the end, or of the coming end; null while all is well
 * @param arrivedAt when the decision or the rejection came
 * @param runningAt when the first attempt was reported as started; null before
 * @param endedAt null before
 * @param nextDueAt of the next retry; null if none waits for its time
 * @param paused why it starts nothing more for now; null while it isn't paused
 * @param priority null for a submission that nothing was planned for
 */
public record Summary(
        RunId run,
        Status status,
        String namespace,
        String pipeline,
        Placement placement,
        int tasks,
        int succeeded,
        int failed,
        int outstanding,
        int waiting,
        Money estimate,
        Money cost,
        String reason,
        Instant arrivedAt,
        Instant runningAt,
        Instant endedAt,
        Instant nextDueAt,
        String paused,
        Manifest.Priority priority) {
    Summary ended(Status outcome, Instant now) {
        return new Summary(
                run, outcome, namespace, pipeline, placement, tasks, succeeded, failed, 0, 0, estimate, cost, reason,
                arrivedAt, runningAt, now, null, null, priority);
    }
}
