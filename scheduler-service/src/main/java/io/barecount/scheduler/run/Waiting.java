package io.barecount.scheduler.run;

import java.time.Instant;

/**
 * A task whose last attempt ended without an outcome that counts, and that will get another one. It keeps its place in the run's
 * parallelism, and holds nothing of other limits.
 *
 * @param attempt number of the coming attempt
 * @param due not before this; null once it may start as soon as there is room
 * @param faults attempts so far that ended by a fault of the platform
 */
public record Waiting(int task, int attempt, Instant due, int faults) {
    boolean isDue(Instant now) {
        return due == null || !due.isAfter(now);
    }

    Waiting asReady() {
        return new Waiting(task, attempt, null, faults);
    }
}
