package io.barecount.contracts.submission;

import io.barecount.contracts.RunId;
import java.time.Instant;
import java.util.List;

/** What someone asked for. Topic {@code barecount.submissions}, keyed {@code namespace/pipeline}. */
public sealed interface SubmissionEvent {
    /**
     * A request for one run, as it came in: nothing in it has been checked.
     *
     * @param run the run it asks for; a repeat of the same request has the same
     * @param door how it came in
     * @param submitter who asked, as far as the door knows
     * @param body the submission document: JSON or YAML text, see {@link SubmissionDocument}
     * @param records of the topic that started it; null where none did
     */
    record Submitted(
            RunId run,
            Door door,
            String submitter,
            Instant receivedAt,
            SubmissionDocument body,
            List<RecordRange> records)
            implements SubmissionEvent {
        public Submitted {
            records = records == null || records.isEmpty() ? null : List.copyOf(records);
        }

        public Submitted(RunId run, Door door, String submitter, Instant receivedAt, SubmissionDocument body) {
            this(run, door, submitter, receivedAt, body, null);
        }
    }
}
