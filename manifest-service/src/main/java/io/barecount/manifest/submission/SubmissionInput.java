package io.barecount.manifest.submission;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import java.time.Instant;

/** What a submission's state moves by. */
public sealed interface SubmissionInput {
    RunId run();

    /** Of the submission document: a repeat has the same. */
    Digest content();

    Door door();

    String submitter();

    /**
     * Someone asks for a run, over HTTP or a webhook, by a submission that is valid.
     *
     * @param verdict what its document means
     */
    record Submit(
            RunId run, Digest content, Door door, String submitter, SubmissionDocument document, Verdict.Valid verdict)
            implements SubmissionInput {}

    /**
     * A submission stands on the topic, whoever put it there.
     *
     * @param receivedAt null if nobody said: then it is received now
     */
    record Taken(RunId run, Digest content, Door door, String submitter, Instant receivedAt, Verdict verdict)
            implements SubmissionInput {}
}
