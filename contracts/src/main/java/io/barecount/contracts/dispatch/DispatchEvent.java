package io.barecount.contracts.dispatch;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Envelope;

/** What the scheduler wants of the runners. Topic {@code barecount.dispatches}, keyed by run; one record per task attempt. */
public sealed interface DispatchEvent {
    AttemptId attempt();

    /**
     * Start this attempt, if the permit covers it.
     *
     * @param slice this task's part of the batch; null without a batch, and for the merging task
     * @param merge whether this is the merging task
     */
    record Start(
            AttemptId attempt,
            RunSpec spec,
            String slice,
            boolean merge,
            Boundary boundary,
            Estimate estimate,
            Envelope permit)
            implements DispatchEvent {}

    /** Stop it; harmless if it has ended, and final if it has not started. */
    record Stop(AttemptId attempt, String reason) implements DispatchEvent {}
}
