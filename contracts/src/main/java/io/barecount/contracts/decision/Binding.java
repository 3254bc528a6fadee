package io.barecount.contracts.decision;

import io.barecount.contracts.proof.Digest;
import java.util.List;

/**
 * All that an approval is given for, by digest: with any one of them changed it is void.
 *
 * @param exemptions ids of those without which the rules would have said more; null where there are none
 */
public record Binding(Digest spec, Digest policySet, Digest boundary, Digest estimate, List<String> exemptions) {
    public Binding {
        exemptions = exemptions == null || exemptions.isEmpty() ? null : List.copyOf(exemptions);
    }

    public Digest digest() {
        return Digest.ofCanonical(this);
    }
}
