package io.barecount.oracle;

/** Is told of every call while it is being answered, so that a test can do something at exactly that moment. The call waits for it. */
@FunctionalInterface
public interface Watch {
    Watch NONE = (operation, moment) -> {};

    enum Moment {
        /** It was read; nothing was done about it yet. A {@link Fault} that is queued now strikes this call. */
        ARRIVED,
        /** What was asked is done, and for a start is in the log; the answer is not sent yet. */
        ACTED,
        ANSWERED
    }

    /** Called by many threads at once. */
    void on(Operation operation, Moment moment);
}
