package io.barecount.oracle;

/** What can go wrong with one call. {@link Faults} says to which. */
public enum Fault {
    /** Nothing goes wrong; lets a call pass between two that fail. */
    NONE,
    /** Does the work, then closes the connection without an answer. A synchronous invocation isn't waited for. */
    LOSE_RESPONSE,
    /** Closes the connection before doing anything. */
    REFUSE_BEFORE,
    /** The service's internal error, with nothing done. */
    HTTP_500,
    /** The service's internal error, although the work is done. */
    HTTP_500_AFTER,
    /** The service's own throttling error, with nothing done. */
    THROTTLE,
    /** With nothing done. */
    ACCESS_DENIED,
    /** The service's own word for a quota that is used up, with nothing done. */
    QUOTA,
    /** Does the work, then answers 200 with what nobody can parse. */
    MALFORMED,
    /** Does the work, then says nothing for a minute, or until the oracle is closed. */
    HANG,
    /** An invocation of type Event is executed twice, under the same request id. */
    DOUBLE_DELIVERY,
    /** A describing call doesn't show what is younger than {@link Faults#lag} calls of that operation. */
    LAGGING,
    /** A describing call behaves as if nothing had ever been created. */
    FORGET,
    /** RunTask answers 200 with a failure and no task; nothing is started. */
    EMPTY_FAILURES
}
