package io.barecount.contracts.submission;

import io.barecount.contracts.RunId;
import java.time.Instant;

/** What someone asked for. Topic {@code barecount.submissions}, keyed {@code namespace/pipeline}. */
public sealed interface SubmissionEvent {
    /**
     * A request for one run, as it came in: nothing in it has been checked.
     *
     * @param run the run it asks for; a repeat of the same request has the same
     * @param door how it came in
     * @param submitter who asked, as far as the door knows
     * @param body the submission document: JSON or YAML text, see {@link SubmissionDocument}
     */
    record Submitted(RunId run, Door door, String submitter, Instant receivedAt, SubmissionDocument body)
            implements SubmissionEvent {}
}
