package io.barecount.contracts.decision;

import io.barecount.contracts.proof.Digest;

/** All that an approval is given for, by digest: with any one of them changed it is void. */
public record Binding(Digest spec, Digest policySet, Digest boundary, Digest estimate) {
    public Digest digest() {
        return Digest.ofCanonical(this);
    }
}
