package io.barecount.scheduler.schedule;

import io.barecount.contracts.RunId;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.manifest.Manifest;
import java.time.Instant;
import java.util.Set;

/** What can move a pipeline's schedule. */
public sealed interface ScheduleInput {
    /** A version of the pipeline was registered. */
    record Registered(ControlEvent.TriggersSet triggers) implements ScheduleInput {}

    /**
     * Time has passed.
     *
     * @param ended those of {@link ScheduleState#awaited} that have: one that nobody looked at goes on
     */
    record Due(Set<RunId> ended) implements ScheduleInput {
        public Due {
            ended = Set.copyOf(ended);
        }
    }

    /** A run of another pipeline of the namespace has ended. */
    record Ended(RunId run, String pipeline, Manifest.Outcome outcome) implements ScheduleInput {}

    /**
     * The times of a past interval are to be run.
     *
     * @param schedule index of the pipeline's schedule
     * @param from included
     * @param until not included
     * @param parallelism of its runs
     */
    record Backfill(String id, int schedule, Instant from, Instant until, int parallelism, String by, String reason)
            implements ScheduleInput {}
}
