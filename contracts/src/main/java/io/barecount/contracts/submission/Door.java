package io.barecount.contracts.submission;

/** The way a submission came in. */
public enum Door {
    HTTP,
    WEBHOOK,
    KAFKA
}
