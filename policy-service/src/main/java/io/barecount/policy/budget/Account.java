package io.barecount.policy.budget;

import io.barecount.contracts.Money;

/**
 * What became of a budget in one period: the sums over all runs that were permitted in it.
 *
 * @param reserved for runs that have not ended, as much as they may cost at most
 * @param spent by runs that have
 */
public record Account(Budget budget, String period, Money reserved, Money spent) {
    public Money left() {
        return budget.limit().plus(reserved.negated()).plus(spent.negated());
    }
}
