package io.barecount.scheduler.schedule;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A submission that nobody made by hand. */
final class Fired {
    /** The parameter that holds the time that a run stands for, which may lie back. */
    static final String TIME = "schedule.time";

    /** The parameter that says that a run is part of a backfill, and which. */
    static final String BACKFILL = "schedule.backfill";

    /** The parameter that holds the run that this one comes after. */
    static final String UPSTREAM = "upstream.run";

    private Fired() {}

    /** The run of a time of a pipeline's schedule, whoever asks and however often. */
    static RunId runAt(String namespace, String pipeline, Instant time) {
        return new RunId(EventIds.ofName("schedule/" + namespace + "/" + pipeline + "/" + time));
    }

    static SubmissionEvent.Submitted at(
            RunId run, ScheduleState of, Map<String, String> declared, Instant time, String backfill, Instant now) {
        var parameters = new HashMap<String, String>(declared == null ? Map.of() : declared);
        parameters.put(TIME, time.toString());
        if (backfill != null) {
            parameters.put(BACKFILL, backfill);
        }
        return submitted(run, Door.SCHEDULE, "schedule", of, parameters, now);
    }

    static SubmissionEvent.Submitted after(RunId upstream, ScheduleState of, Instant now) {
        var run = new RunId(EventIds.ofName("after/" + upstream + "/" + of.namespace() + "/" + of.pipeline()));
        return submitted(run, Door.UPSTREAM, "upstream", of, Map.of(UPSTREAM, upstream.toString()), now);
    }

    private static SubmissionEvent.Submitted submitted(
            RunId run, Door door, String submitter, ScheduleState of, Map<String, String> parameters, Instant now) {
        return new SubmissionEvent.Submitted(
                run,
                door,
                submitter,
                now,
                new SubmissionDocument(null, of.namespace(), of.pipeline(), parameters, null));
    }
}
