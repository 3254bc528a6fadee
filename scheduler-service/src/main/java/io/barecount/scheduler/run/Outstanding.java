package io.barecount.scheduler.run;

import java.time.Instant;

/**
 * An attempt that was dispatched and whose end has not been reported: it holds one of every limit that its run comes under.
 *
 * @param task index in the run
 * @param started whether the gateway said so
 * @param startBy when the start clock runs out; null once it started, or was asked to stop
 * @param stopping why it was asked to stop while its run goes on; null while it wasn't
 * @param faults attempts of the task before this one that ended by a fault of the platform
 */
public record Outstanding(int task, int attempt, boolean started, Instant startBy, Stopping stopping, int faults) {
    /** What becomes of the task once the stop is confirmed. */
    public enum Stopping {
        /** It is tried again: the attempt did not start in time. */
        NOT_STARTED_IN_TIME,
        /** It is queued again, at no cost to its retries. */
        PREEMPTED
    }

    static Outstanding dispatched(int task, int attempt, int faults, Instant startBy) {
        return new Outstanding(task, attempt, false, startBy, null, faults);
    }

    Outstanding asStarted() {
        return new Outstanding(task, attempt, true, null, stopping, faults);
    }

    Outstanding asked(Stopping why) {
        return new Outstanding(task, attempt, started, null, why, faults);
    }
}
