package io.barecount.scheduler.run;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import java.time.Duration;

/** When a manifest wants a failed task to be tried again. */
record RetryRule(Manifest.Execution execution) {
    /** No retry waits longer than this, or than the declared first delay if that is longer. */
    static final Duration DELAY_MAX = Duration.ofHours(6);

    /** So many attempts of a task may end by the platform's own faults without counting as retries. */
    static final int FAULTS_MAX = 5;

    /** What the author's code can't be blamed for: it was not started, or its runner was lost. */
    static boolean isFault(FailureClass failure) {
        return failure == FailureClass.NOT_STARTED || failure == FailureClass.INTERRUPTED;
    }

    /**
     * @param attempt number of the attempt that failed
     * @param faults attempts of the task before it that ended by a fault of the platform
     */
    boolean mayRetry(FailureClass failure, int attempt, int faults) {
        var retries = execution.retries();
        if (!retries.on().contains(failure) || retries.max() == 0) {
            return false;
        }
        var allowed = isFault(failure) && faults < FAULTS_MAX || attempt - faults <= retries.max();
        return switch (failure) {
            case WORKLOAD_FAILED, TIMED_OUT, INTERRUPTED, NOT_STARTED -> allowed;
            case IN_DOUBT, LOST_TRACK ->
                allowed && execution.idempotent() && execution.onDoubt() == Manifest.OnDoubt.REDISPATCH;
            case PERMIT_REFUSED, BOUNDARY_VIOLATION -> false;
        };
    }

    /**
     * Doubles with each attempt up to the longest, and up to a quarter of it is taken off, by the attempt's own id: tasks that failed
     * together don't come back together, and a decision that is repeated comes out the same.
     */
    Duration delayAfter(AttemptId attempt) {
        var delay = delayAfter(attempt.number());
        var spread = (attempt.toString().hashCode() * 0x9E3779B97F4A7C15L) >>> 44;
        return delay.minus(delay.dividedBy(4).multipliedBy(spread).dividedBy(1L << 20));
    }

    private Duration delayAfter(int attempt) {
        var retries = execution.retries();
        var first = retries.backoff();
        var longest = retries.maxBackoff() == null ? DELAY_MAX : retries.maxBackoff();
        var most = first.compareTo(longest) > 0 ? first : longest;
        var delay = first;
        for (var i = 1; i < attempt && delay.compareTo(most) < 0 && !delay.isZero(); i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(most) > 0 ? most : delay;
    }
}
