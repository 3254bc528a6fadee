package io.barecount.manifest.intake;

import io.barecount.contracts.submission.SubmissionEvent.Submitted;

/** What moves a submission. */
public sealed interface SubmissionInput {
    /**
     * It came in by HTTP or webhook and has passed the checks; now it is put on its topic.
     *
     * @param resolution as the door saw it, for the record's key
     */
    record Submit(Submitted submitted, Resolution.Resolved resolution) implements SubmissionInput {}

    /** It was taken from its topic. */
    record Taken(Submitted submitted, Resolution resolution) implements SubmissionInput {}
}
