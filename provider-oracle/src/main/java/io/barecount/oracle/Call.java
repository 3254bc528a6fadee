package io.barecount.oracle;

import java.util.EnumSet;
import java.util.Set;

/** One request to one operation, with what goes wrong. */
record Call(Request request, Operation operation, Fault fault, int lag, String failureReason, String id) {
    private static final Set<Fault> LOSING =
            EnumSet.of(Fault.LOSE_RESPONSE, Fault.HTTP_500_AFTER, Fault.MALFORMED, Fault.HANG);

    /** Whether this call may show a thing of this birth. */
    boolean sees(Calls.Birth birth) {
        return switch (fault) {
            case FORGET -> false;
            case LAGGING -> birth.age(operation) > lag;
            default -> true;
        };
    }

    boolean forgets() {
        return fault == Fault.FORGET;
    }

    /** Whether the caller won't learn what came of it. */
    boolean answerIsLost() {
        return LOSING.contains(fault);
    }
}
