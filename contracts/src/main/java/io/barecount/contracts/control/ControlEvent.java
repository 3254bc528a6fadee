package io.barecount.contracts.control;

import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import java.time.Instant;
import java.util.List;

/**
 * What was set about who may run, how much at once, and when by itself: by people or by the platform. Topic {@code barecount.controls},
 * keyed by scope, run or pipeline.
 */
public sealed interface ControlEvent {
    /** The {@link #by} of what the platform did by itself. */
    String PLATFORM = "platform";

    /** Who did it, by subject. */
    String by();

    Instant at();

    /** Nothing new starts in the scope; what runs goes on. */
    record Paused(Scope scope, String by, String reason, Instant at) implements ControlEvent {}

    /** As paused, and it is told when the last attempt has ended. */
    record Draining(Scope scope, String by, String reason, Instant at) implements ControlEvent {}

    /** Nothing of the scope runs any more. */
    record Drained(Scope scope, String by, Instant at) implements ControlEvent {}

    /** Nothing new starts in the scope, and all runs that are in it are cancelled. */
    record Killed(Scope scope, String by, String reason, Instant at) implements ControlEvent {}

    /** The scope is open again. */
    record Resumed(Scope scope, String by, String reason, Instant at) implements ControlEvent {}

    /**
     * How much of the scope may run at once.
     *
     * @param most attempts at once; null for what is configured for all scopes of its kind
     * @param least of a pool: capacity that is kept ready though nothing is to be done; null for none
     * @param startsPerSecond null without limit
     * @param weight of a namespace beside others
     */
    record LimitsSet(
            Scope scope,
            Integer most,
            Integer least,
            Double startsPerSecond,
            double weight,
            String by,
            String reason,
            Instant at)
            implements ControlEvent {}

    /**
     * How much of a pool should be there.
     *
     * @param from attempts at once, as it was desired before
     * @param reason what was seen
     */
    record CapacityDesired(Scope pool, int from, int to, String by, String reason, Instant at)
            implements ControlEvent {}

    record RunPaused(RunId run, String namespace, String by, String reason, Instant at) implements ControlEvent {}

    /**
     * Another version of a pipeline holds from now on, with what starts it by itself.
     *
     * @param pipeline its name in the namespace
     */
    record TriggersSet(
            String namespace,
            String pipeline,
            Digest version,
            List<Manifest.Schedule> schedules,
            List<Manifest.After> after,
            String by,
            Instant at)
            implements ControlEvent {
        public TriggersSet {
            schedules = List.copyOf(schedules);
            after = List.copyOf(after);
        }
    }

    /**
     * Times of a schedule that start nothing.
     *
     * @param times how many
     * @param last the last of them
     */
    record TimesPassedOver(
            String namespace, String pipeline, int times, Instant last, String by, String reason, Instant at)
            implements ControlEvent {}

    /**
     * The times of a past interval are to be run.
     *
     * @param from included
     * @param until not included
     * @param times how many there are
     */
    record BackfillStarted(
            String id,
            String namespace,
            String pipeline,
            Instant from,
            Instant until,
            int times,
            String by,
            String reason,
            Instant at)
            implements ControlEvent {}

    /** All times of a backfill have been run. */
    record BackfillEnded(String id, String namespace, String pipeline, String by, Instant at) implements ControlEvent {}

    record RunResumed(RunId run, String namespace, String by, Instant at) implements ControlEvent {}
}
