package io.barecount.scheduler.run;

import java.time.Instant;

/**
 * A task whose last attempt failed and that will get another one. It keeps its place in the run's parallelism.
 *
 * @param attempt number of the coming attempt
 * @param due not before this
 */
public record Waiting(int task, int attempt, Instant due) {
    boolean isDue(Instant now) {
        return !due.isAfter(now);
    }
}
