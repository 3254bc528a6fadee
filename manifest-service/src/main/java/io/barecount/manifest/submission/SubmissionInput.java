package io.barecount.manifest.submission;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.RecordRange;
import io.barecount.contracts.submission.SubmissionDocument;
import java.time.Instant;
import java.util.List;

/** What a submission's state moves by. */
public sealed interface SubmissionInput {
    RunId run();

    /** Of the submission document: a repeat has the same. */
    Digest content();

    Door door();

    String submitter();

    /**
     * Someone asks for a run by a submission that was judged at the door, and is valid.
     *
     * @param verdict what its document means
     * @param records of the topic that it came from; empty if it came another way
     */
    record Submit(
            RunId run,
            Digest content,
            Door door,
            String submitter,
            SubmissionDocument document,
            Verdict.Valid verdict,
            List<RecordRange> records)
            implements SubmissionInput {
        public Submit {
            records = List.copyOf(records);
        }

        public Submit(
                RunId run,
                Digest content,
                Door door,
                String submitter,
                SubmissionDocument document,
                Verdict.Valid verdict) {
            this(run, content, door, submitter, document, verdict, List.of());
        }
    }

    /**
     * A submission stands on the topic, whoever put it there.
     *
     * @param receivedAt null if nobody said: then it is received now
     */
    record Taken(RunId run, Digest content, Door door, String submitter, Instant receivedAt, Verdict verdict)
            implements SubmissionInput {}
}
