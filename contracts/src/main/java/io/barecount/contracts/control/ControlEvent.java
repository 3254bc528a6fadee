package io.barecount.contracts.control;

import io.barecount.contracts.RunId;
import java.time.Instant;

/** What was set about who may run, by people or by the platform itself. Topic {@code barecount.controls}, keyed by scope or run. */
public sealed interface ControlEvent {
    /** The {@link #by} of what the platform did by itself. */
    String PLATFORM = "platform";

    /** Who did it, by subject. */
    String by();

    Instant at();

    /** Nothing new starts in the scope; what runs goes on. */
    record Paused(Scope scope, String by, String reason, Instant at) implements ControlEvent {}

    /** As paused, and it is told when the last attempt has ended. */
    record Draining(Scope scope, String by, String reason, Instant at) implements ControlEvent {}

    /** Nothing of the scope runs any more. */
    record Drained(Scope scope, String by, Instant at) implements ControlEvent {}

    /** Nothing new starts in the scope, and all runs that are in it are cancelled. */
    record Killed(Scope scope, String by, String reason, Instant at) implements ControlEvent {}

    /** The scope is open again. */
    record Resumed(Scope scope, String by, String reason, Instant at) implements ControlEvent {}

    /**
     * How much of the scope may run at once.
     *
     * @param most attempts at once; null for what is configured for all scopes of its kind
     * @param startsPerSecond null without limit
     * @param weight of a namespace beside others
     */
    record LimitsSet(
            Scope scope, Integer most, Double startsPerSecond, double weight, String by, String reason, Instant at)
            implements ControlEvent {}

    record RunPaused(RunId run, String namespace, String by, String reason, Instant at) implements ControlEvent {}

    record RunResumed(RunId run, String namespace, String by, Instant at) implements ControlEvent {}
}
