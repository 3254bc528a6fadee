package io.barecount.testing.runner;

/** What may happen to a call that starts something, other than an answer. */
public enum Mishap {
    /** The provider acts, and the connection breaks before its answer. */
    ANSWER_LOST,
    /** The provider acts, and its answer is none that anybody could read. */
    ANSWER_UNREADABLE,
    /** The provider acts, and no answer ever comes. */
    ANSWER_NEVER_COMES,
    /** The provider acts, and answers that it failed. */
    ERROR_AFTER_ACTING,
    /** The provider fails, and does nothing. */
    ERROR_BEFORE_ACTING,
    /** The connection breaks before the provider does anything. */
    CONNECTION_LOST,
    /** The provider takes no more calls for now, and does nothing. */
    THROTTLED,
    /** A quota is used up, and the provider does nothing. */
    QUOTA_USED_UP,
    /** The gateway has no right to it. */
    DENIED;

    /** Whether an attempt to which it happens may end without having been started. */
    boolean mayKeepFromStarting() {
        return this == ERROR_BEFORE_ACTING || this == CONNECTION_LOST || this == DENIED;
    }
}
