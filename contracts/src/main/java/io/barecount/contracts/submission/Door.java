package io.barecount.contracts.submission;

/** The way a submission came in. */
public enum Door {
    HTTP,
    WEBHOOK,
    KAFKA,
    /** A time of the pipeline's own schedule, or of a backfill of it. */
    SCHEDULE,
    /** The end of another pipeline's run. */
    UPSTREAM
}
