package io.barecount.scheduler.run;

import static java.util.Objects.requireNonNull;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Envelope;

/**
 * What was permitted, unchanged: each {@code Start} repeats it, and the gateway compares it with the permit.
 *
 * <p>Tasks with the indices of slices come first; the merging task, if there is one, has the index after the last slice's. A run
 * without a batch has one task of index 0.
 */
public record Plan(RunId run, RunSpec spec, Boundary boundary, Estimate estimate, Envelope permit) {
    /** @throws NullPointerException if a part is missing without which nothing can be started */
    public Plan {
        requireNonNull(run, "a permitted run has an id");
        requireNonNull(spec, "a permitted run has a spec");
        requireNonNull(boundary, "a permitted run has a boundary");
        requireNonNull(estimate, "a permitted run has an estimate");
        requireNonNull(permit, "a permitted run has a permit");
    }

    static Plan of(DecisionEvent.Permitted permitted) {
        return new Plan(
                permitted.run(), permitted.spec(), permitted.boundary(), permitted.estimate(), permitted.permit());
    }

    String namespace() {
        return spec.manifest().namespace();
    }

    String pipeline() {
        return spec.manifest().name();
    }

    int tasks() {
        return spec.manifest().taskCount();
    }

    boolean merges(int task) {
        return batch() != null
                && batch().merge() != null
                && task == batch().slices().size();
    }

    /** How many tasks may fail before the run does. */
    int toleratedFailures() {
        return batch() == null ? 0 : batch().toleratedFailures();
    }

    /** Whether a task may be dispatched for the first time while this many are outstanding or wait for a retry. */
    boolean hasRoom(int task, int busy) {
        return task < tasks() && busy < (merges(task) ? 1 : parallelism());
    }

    RetryRule retryRule() {
        return new RetryRule(spec.manifest().spec().execution());
    }

    DispatchEvent.Start start(AttemptId attempt) {
        var task = attempt.task().index();
        var merge = merges(task);
        var slice = batch() == null || merge ? null : batch().slices().get(task);
        return new DispatchEvent.Start(attempt, spec, slice, merge, boundary, estimate, permit);
    }

    /** The batch's, within what the runner may scale to; never so low that a run would end without having done anything. */
    private int parallelism() {
        if (batch() == null) {
            return 1;
        }
        var scaling = spec.manifest().spec().runner().scaling();
        var most = scaling == null ? Integer.MAX_VALUE : scaling.max();
        return Math.max(1, Math.min(batch().parallelism(), most));
    }

    private Manifest.Batch batch() {
        return spec.manifest().spec().batch();
    }
}
