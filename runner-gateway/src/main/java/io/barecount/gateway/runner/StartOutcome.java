package io.barecount.gateway.runner;

/** What became of the call that starts an attempt. */
public sealed interface StartOutcome {
    /**
     * The provider took it.
     *
     * @param handle what the provider knows it by
     * @param ended how it ended, from a provider whose answer comes only then; else null
     */
    record Accepted(String handle, Observation.Ended ended) implements StartOutcome {
        public static Accepted of(String handle) {
            return new Accepted(handle, null);
        }
    }

    /** The provider refused, and certainly started nothing. @param reason with what can be done about it */
    record Refused(String reason) implements StartOutcome {}

    /** The provider, or a limit of ours, can't take it now; nothing was started, and the same request may be made again. */
    record Busy(String reason) implements StartOutcome {}

    /** Nobody can say: the answer was lost, or is none. */
    record Unknown(String reason) implements StartOutcome {}
}
