package io.barecount.ledger.view;

import io.barecount.contracts.Money;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * Where a run stands, as far as one event says.
 *
 * @param at when it came to stand there
 * @param settled whether the run's terminal event says so; a rejection or denial is known before
 * @param reason null for what went as it should
 * @param failedTasks null before the end
 * @param cost null before the end, and for what never started
 */
public record Status(State state, Instant at, boolean settled, String reason, Integer failedTasks, Money cost) {
    public Status {
        Objects.requireNonNull(at, "a run comes to a state at some time");
    }

    /** In the order in which a run passes them; of the last five it has one. */
    public enum State {
        SUBMITTED,
        ACCEPTED,
        HELD,
        PERMITTED,
        QUEUED,
        RUNNING,
        REJECTED,
        DENIED,
        SUCCEEDED,
        FAILED,
        CANCELLED
    }

    /** What comes last here is the truth: a terminal event over anything, then the further state, then what was said first. */
    private static final Comparator<Status> TRUTH = Comparator.comparing(Status::settled)
            .thenComparing(status -> status.settled() ? State.SUBMITTED : status.state())
            .thenComparing(Status::at, Comparator.reverseOrder())
            .thenComparing(Status::state)
            .thenComparing(Status::reason, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(status -> String.valueOf(status.cost()));

    static Status of(State state, Instant at) {
        return new Status(state, at, false, null, null, null);
    }

    static Status refused(State state, Instant at, String reason) {
        return new Status(state, at, false, reason, null, null);
    }

    static Status ended(State state, Instant at, String reason, Integer failedTasks, Money cost) {
        return new Status(state, at, true, reason, failedTasks, cost);
    }

    /** The same whichever of the two came first. */
    static Status merge(Status one, Status other) {
        return one == null || TRUTH.compare(one, other) < 0 ? other : one;
    }
}
