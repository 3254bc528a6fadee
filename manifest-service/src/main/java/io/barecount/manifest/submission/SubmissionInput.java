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

    /**
     * Someone asks for a run, over HTTP or a webhook, and was told that the submission is valid.
     *
     * @param namespace and {@code pipeline}: what it asks to run
     */
    record Submit(
            RunId run,
            Digest content,
            Door door,
            String submitter,
            SubmissionDocument document,
            String namespace,
            String pipeline)
            implements SubmissionInput {}

    /**
     * A submission stands on the topic, whoever put it there.
     *
     * @param receivedAt null if nobody said: then it is received now
     */
    record Taken(RunId run, Digest content, Door door, String submitter, Instant receivedAt, Verdict verdict)
            implements SubmissionInput {}
}
