package io.barecount.policy.replay;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.estimate.PriceBook;
import java.util.Map;

/** What decisions were made from beside rules, version by version. */
public record Past(Map<Digest, Boundary> boundaries, Map<Digest, PriceBook> priceBooks) {
    public Past {
        boundaries = Map.copyOf(boundaries);
        priceBooks = Map.copyOf(priceBooks);
    }
}
