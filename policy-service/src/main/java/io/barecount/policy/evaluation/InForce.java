package io.barecount.policy.evaluation;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Exemption;
import java.util.List;

/**
 * A granted exemption as it stands at a decision.
 *
 * @param runs that were permitted by it
 * @param cost of these runs, what each may cost at most until it has ended; one amount for each currency
 */
public record InForce(Exemption exemption, long runs, List<Money> cost) {
    public InForce {
        cost = List.copyOf(cost);
    }

    /** Whether one more run of this estimate stays within its ceilings. No currency is converted: what is in another one has no room. */
    boolean hasRoomFor(Estimate estimate) {
        if (exemption.runsMax() != null && runs >= exemption.runsMax()) {
            return false;
        }
        var most = exemption.costMax();
        if (most == null) {
            return true;
        }
        if (estimate == null || !estimate.high().currency().equals(most.currency())) {
            return false;
        }
        var sum = cost.stream()
                .filter(amount -> amount.currency().equals(most.currency()))
                .reduce(estimate.high(), Money::plus);
        return sum.compareTo(most) <= 0;
    }
}
