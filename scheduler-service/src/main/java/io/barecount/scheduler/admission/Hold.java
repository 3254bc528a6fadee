package io.barecount.scheduler.admission;

import io.barecount.contracts.control.Scope;

/** Why nothing can be dispatched of a lane at this moment. */
public sealed interface Hold {
    Scope scope();

    /** Somebody closed the scope. */
    record Closed(Scope scope, String reason) implements Hold {}

    /** As many attempts are out as may be. */
    record Full(Scope scope, int most, int held) implements Hold {}

    /** As many were dispatched in the last second as may be. */
    record Throttled(Scope scope, double startsPerSecond) implements Hold {}
}
