package io.barecount.policy.estimate;

import io.barecount.contracts.decision.Estimate;
import java.util.List;

/** What came of an attempt to estimate a run. */
public sealed interface Estimation {
    record Priced(Estimate estimate) implements Estimation {}

    /**
     * No estimate: the price book lacks something, and a price is never guessed.
     *
     * @param missing names of the items, never empty
     */
    record Unpriced(List<String> missing) implements Estimation {
        public Unpriced {
            missing = List.copyOf(missing);
        }
    }

    /** Null where there is none. */
    default Estimate estimateOrNull() {
        return switch (this) {
            case Priced(var estimate) -> estimate;
            case Unpriced unpriced -> null;
        };
    }
}
