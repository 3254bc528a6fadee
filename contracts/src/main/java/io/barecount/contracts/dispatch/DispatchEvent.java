package io.barecount.contracts.dispatch;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Envelope;
import java.util.Collections;
import java.util.List;

/** What the scheduler wants of the runners. Topic {@code barecount.dispatches}, keyed by run. */
public sealed interface DispatchEvent {
    /** That it is about, all of one run; what a malformed event lacks is null, or missing. */
    List<AttemptId> attempts();

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
            implements DispatchEvent {
        @Override
        public List<AttemptId> attempts() {
            return Collections.singletonList(attempt);
        }
    }

    /**
     * Start these attempts, if the permit covers them: the same as a {@link Start} for each, told once. What a task's slice is follows
     * from its index and the spec.
     */
    record StartAll(List<AttemptId> attempts, RunSpec spec, Boundary boundary, Estimate estimate, Envelope permit)
            implements DispatchEvent {
        public StartAll {
            attempts = attempts == null ? List.of() : List.copyOf(attempts);
        }

        /** In the same order. */
        public List<Start> each() {
            return attempts.stream()
                    .map(attempt -> start(attempt, spec, boundary, estimate, permit))
                    .toList();
        }
    }

    /** With the slice and the merging that the task's index means in the spec. */
    static Start start(AttemptId attempt, RunSpec spec, Boundary boundary, Estimate estimate, Envelope permit) {
        var batch = spec.manifest().spec().batch();
        var index = attempt.task().index();
        var merge = batch != null && batch.merge() != null && index == batch.size();
        var slice = batch == null || merge ? null : batch.slice(index);
        return new Start(attempt, spec, slice, merge, boundary, estimate, permit);
    }

    /** Stop it; harmless if it has ended, and final if it has not started. */
    record Stop(AttemptId attempt, String reason) implements DispatchEvent {
        @Override
        public List<AttemptId> attempts() {
            return Collections.singletonList(attempt);
        }
    }
}
