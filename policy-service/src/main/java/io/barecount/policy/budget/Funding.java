package io.barecount.policy.budget;

import io.barecount.contracts.Money;
import java.time.Instant;
import java.util.List;

/**
 * How a permitted run is paid.
 *
 * @param reservations one in each budget that pays it; none where no budget does
 * @param spent what it did cost; null until it has ended, and where its end told no cost
 * @param endedAt null until then
 */
public record Funding(List<Reservation> reservations, Money spent, Instant endedAt) {
    /** Of a run that nothing was reserved for. */
    public static final Funding NONE = new Funding(List.of(), null, null);

    public Funding {
        reservations = List.copyOf(reservations);
    }

    public boolean hasEnded() {
        return endedAt != null;
    }

    /**
     * Instead of what was reserved, what was spent counts.
     *
     * @param cost null if nobody can tell: then all that was reserved counts as spent, as less is not known
     */
    public Funding settled(Money cost, Instant at) {
        return new Funding(reservations, cost, at);
    }

    /** What this run adds to an account it has a reservation in. */
    public Posting posting(Reservation reservation) {
        var nothing = Money.zero(reservation.amount().currency());
        if (!hasEnded()) {
            return new Posting(reservation.amount(), nothing);
        }
        return new Posting(nothing, spent == null ? reservation.amount() : spent);
    }

    /** What is added to an account's two sums. */
    public record Posting(Money reserved, Money spent) {}
}
