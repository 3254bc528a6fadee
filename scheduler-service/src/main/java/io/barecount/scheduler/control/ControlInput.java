package io.barecount.scheduler.control;

import io.barecount.contracts.control.Scope;

/** What can change a scope's control. */
public sealed interface ControlInput {
    Scope scope();

    /** @param to anything but drained, which follows by itself */
    record Turn(Scope scope, Mode to, String by, String reason) implements ControlInput {}

    /** All four are set; see {@link ControlState}. */
    record Limit(
            Scope scope, Integer most, Integer least, Double startsPerSecond, double weight, String by, String reason)
            implements ControlInput {}

    /** Nothing of the scope is out any more. */
    record Emptied(Scope scope) implements ControlInput {}
}
