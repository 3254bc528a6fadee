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
import java.time.Duration;
import java.util.List;

/**
 * What was permitted, unchanged: each {@code Start} repeats it, and the gateway compares it with the permit.
 *
 * <p>Tasks with the indices of slices come first; the merging task, if there is one, has the index after the last slice's. A run
 * without a batch has one task of index 0.
 */
public record Plan(RunId run, RunSpec spec, Boundary boundary, Estimate estimate, Envelope permit) {
    /** A run that got nothing to run on for so long fails, unless its manifest says otherwise. */
    static final Duration QUEUE_TIMEOUT = Duration.ofDays(7);

    /** An attempt that did not start for so long after its dispatch is stopped, unless its manifest says otherwise. */
    static final Duration START_TIMEOUT = Duration.ofDays(1);

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

    /** As declared; runs of a backfill make way for those that people wait for. */
    Manifest.Priority priority() {
        if (spec.parameters().containsKey("schedule.backfill")) {
            return Manifest.Priority.LOW;
        }
        var declared = execution().priority();
        return declared == null ? Manifest.Priority.NORMAL : declared;
    }

    boolean mayBePreempted() {
        return Boolean.TRUE.equals(execution().preemptible());
    }

    int tasks() {
        return spec.manifest().taskCount();
    }

    boolean merges(int task) {
        return batch() != null && batch().merge() != null && task == batch().size();
    }

    /** How many tasks may fail before the run does. */
    int toleratedFailures() {
        return batch() == null ? 0 : batch().tolerated();
    }

    /**
     * How many tasks may be dispatched for the first time.
     *
     * @param next index of the first that never was
     * @param busy tasks that are outstanding or wait for a retry
     */
    int room(int next, int busy) {
        var slices = batch() == null ? 1 : batch().size();
        if (next < slices) {
            return Math.max(0, Math.min(slices - next, parallelism() - busy));
        }
        return next < tasks() && busy == 0 ? 1 : 0;
    }

    /** What one task is expected to cost, in the currency of the price book; never negative. */
    double taskCost() {
        return estimate.likely().amount().doubleValue() / Math.max(1, tasks());
    }

    Duration queueTimeout() {
        return execution().queueTimeout() == null ? QUEUE_TIMEOUT : execution().queueTimeout();
    }

    Duration startTimeout() {
        return execution().startTimeout() == null ? START_TIMEOUT : execution().startTimeout();
    }

    RetryRule retryRule() {
        return new RetryRule(execution());
    }

    DispatchEvent.Start start(AttemptId attempt) {
        return DispatchEvent.start(attempt, spec, boundary, estimate, permit);
    }

    DispatchEvent.StartAll startAll(List<AttemptId> attempts) {
        return new DispatchEvent.StartAll(attempts, spec, boundary, estimate, permit);
    }

    /** The batch's, within what the runner may scale to; never so low that a run would end without having done anything. */
    private int parallelism() {
        if (batch() == null || batch().inOrder()) {
            return 1;
        }
        var scaling = spec.manifest().spec().runner().scaling();
        var most = scaling == null ? Integer.MAX_VALUE : scaling.max();
        return Math.max(1, Math.min(batch().parallelism(), most));
    }

    private Manifest.Execution execution() {
        return spec.manifest().spec().execution();
    }

    private Manifest.Batch batch() {
        return spec.manifest().spec().batch();
    }
}
