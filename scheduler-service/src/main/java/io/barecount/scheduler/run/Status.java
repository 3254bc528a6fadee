package io.barecount.scheduler.run;

/** Where a run stands, in one word. */
public enum Status {
    /** Admitted; no attempt has started yet. */
    QUEUED,
    RUNNING,
    /** It will end as failed once the attempts that are out have confirmed their end. */
    FAILING,
    /** It will end as cancelled once the attempts that are out have confirmed their end. */
    CANCELLING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /** Governance said no; nothing was started. */
    DENIED,
    /** Intake said no; governance never saw it. */
    REJECTED
}
