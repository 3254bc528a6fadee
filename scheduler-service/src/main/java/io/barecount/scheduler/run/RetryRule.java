package io.barecount.scheduler.run;

import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import java.time.Duration;

/** When a manifest wants a failed task to be tried again. */
record RetryRule(Manifest.Execution execution) {
    /** No retry waits longer than this, or than the declared first delay if that is longer. */
    static final Duration DELAY_MAX = Duration.ofHours(6);

    /** @param attempt number of the attempt that failed */
    boolean mayRetry(FailureClass failure, int attempt) {
        var retries = execution.retries();
        var declared = attempt <= retries.max() && retries.on().contains(failure);
        return switch (failure) {
            case WORKLOAD_FAILED, TIMED_OUT, INTERRUPTED, NOT_STARTED -> declared;
            case IN_DOUBT, LOST_TRACK ->
                declared && execution.idempotent() && execution.onDoubt() == Manifest.OnDoubt.REDISPATCH;
            case PERMIT_REFUSED, BOUNDARY_VIOLATION -> false;
        };
    }

    /** Doubles with each attempt. */
    Duration delayAfter(int attempt) {
        var first = execution.retries().backoff();
        var most = first.compareTo(DELAY_MAX) > 0 ? first : DELAY_MAX;
        var delay = first;
        for (var i = 1; i < attempt && delay.compareTo(most) < 0 && !delay.isZero(); i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(most) > 0 ? most : delay;
    }
}
