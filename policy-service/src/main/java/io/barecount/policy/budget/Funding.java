package io.barecount.policy.budget;

import io.barecount.contracts.Money;
import java.time.Instant;
import java.util.List;

/**
 * How a permitted run is paid.
 *
 * @param reservations one in each budget that pays it; none where no budget does
 * @param spent what it did cost; null until it has ended
 * @param endedAt null until then
 */
public record Funding(List<Reservation> reservations, Money spent, Instant endedAt) {
    public Funding {
        reservations = List.copyOf(reservations);
    }

    /** Instead of what was reserved, what was spent counts. */
    public Funding settled(Money cost, Instant at) {
        return new Funding(reservations, cost, at);
    }

    /** What this run adds to an account it has a reservation in. */
    public Posting posting(Reservation reservation) {
        var nothing = Money.zero(reservation.amount().currency());
        return spent == null ? new Posting(reservation.amount(), nothing) : new Posting(nothing, spent);
    }

    /** What is added to an account's two sums. */
    public record Posting(Money reserved, Money spent) {}
}
