package io.barecount.contracts.manifest;

/** Why an attempt failed, as far as it matters for trying again. */
public enum FailureClass {
    /** The workload ended by itself with an error. */
    WORKLOAD_FAILED,
    /** The workload was stopped at its time limit. */
    TIMED_OUT,
    /** The runner was lost after the start: the workload may have run in part. */
    INTERRUPTED,
    /** Whether the attempt started can't be found out. */
    IN_DOUBT,
    /** It started, and neither the provider nor the workload can say any more what became of it: it may even still run. */
    LOST_TRACK,
    /** The runner could not be started, and certainly was not. */
    NOT_STARTED,
    /** The permit does not verify for what was to be started. */
    PERMIT_REFUSED,
    /** What the provider would really use is not what the boundary allows. */
    BOUNDARY_VIOLATION
}
