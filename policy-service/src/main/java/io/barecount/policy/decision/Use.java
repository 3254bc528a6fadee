package io.barecount.policy.decision;

import io.barecount.contracts.Money;
import java.util.List;

/**
 * What one permitted run takes of the exemptions that its permit hangs on.
 *
 * @param exemptions their ids
 * @param cost what the run may cost at most, and once that is known what it did cost
 */
public record Use(List<String> exemptions, Money cost) {
    public Use {
        exemptions = List.copyOf(exemptions);
    }
}
