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
     * @param revision counts what was changed of the pipeline: of two of these the higher one holds, whichever is read last; 0 where
     *     nobody counted
     */
    record TriggersSet(
            String namespace,
            String pipeline,
            Digest version,
            List<Manifest.Schedule> schedules,
            List<Manifest.After> after,
            String by,
            Instant at,
            long revision)
            implements ControlEvent {
        public TriggersSet {
            schedules = List.copyOf(schedules);
            after = List.copyOf(after);
        }
    }

    /**
     * A version of a pipeline that was registered before holds again. What it starts by itself is told by {@link TriggersSet}, after this.
     *
     * @param before the version that held until now
     */
    record PipelineRolledBack(
            String namespace,
            String pipeline,
            Digest version,
            Digest before,
            String by,
            String reason,
            Instant at,
            long revision)
            implements ControlEvent {}

    /**
     * A pipeline is not to be used any more, whatever its version. Said again, the later one holds.
     *
     * @param successor pipeline of the namespace to be used instead; null if there is none
     * @param refusedFrom from when submissions by its name are refused; null as long as they are only warned
     */
    record PipelineDeprecated(
            String namespace,
            String pipeline,
            String successor,
            Instant refusedFrom,
            String by,
            String reason,
            Instant at,
            long revision)
            implements ControlEvent {}

    /** A deprecated pipeline may be used as before. */
    record PipelineReinstated(String namespace, String pipeline, String by, String reason, Instant at, long revision)
            implements ControlEvent {}

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
