package io.barecount.scheduler.run;

/**
 * An attempt that was dispatched and whose end has not been reported.
 *
 * @param task index in the run
 * @param started whether the gateway said so
 */
public record Outstanding(int task, int attempt, boolean started) {
    static Outstanding dispatched(int task, int attempt) {
        return new Outstanding(task, attempt, false);
    }

    Outstanding asStarted() {
        return new Outstanding(task, attempt, true);
    }
}
