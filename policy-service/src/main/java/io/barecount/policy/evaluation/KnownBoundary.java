package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.proof.Digest;
import java.util.Map;

/** A governed boundary, with what every decision about it needs. */
public final class KnownBoundary {
    private final Boundary boundary;
    private final Digest digest;
    private final Map<String, Object> tree;

    KnownBoundary(Boundary boundary) {
        this.boundary = boundary;
        this.digest = boundary.digest();
        this.tree = Tree.of(boundary);
    }

    public Boundary boundary() {
        return boundary;
    }

    public Digest digest() {
        return digest;
    }

    Map<String, Object> tree() {
        return tree;
    }
}
