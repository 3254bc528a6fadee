package io.barecount.scheduler.control;

/** What may happen in a scope. */
public enum Mode {
    OPEN,
    /** Nothing new starts; what is out goes on. */
    PAUSED,
    /** The same, until nothing is out any more. */
    DRAINING,
    /** Nothing is out any more, and nothing new starts. */
    DRAINED,
    /** Nothing new starts, and the runs that were there are cancelled. */
    KILLED
}
