package io.barecount.gateway.boundary;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import java.util.Optional;

/** Compares what a run declared with the boundary it is to stay in, before it starts. */
public final class BoundaryCheck {
    private BoundaryCheck() {}

    /** What is wrong; empty if nothing is. */
    public static Optional<String> violation(Manifest manifest, Boundary boundary) {
        var network = manifest.spec().network();
        var runner = manifest.spec().runner().type();
        if (!network.boundary().equals(boundary.name())) {
            return Optional.of("declared is boundary " + network.boundary() + ", dispatched is " + boundary.name());
        }
        if (network.model() != boundary.model()) {
            return Optional.of(
                    "declared is network model " + network.model() + ", the boundary's is " + boundary.model());
        }
        if (!boundary.allowedRunners().contains(runner)) {
            return Optional.of("boundary " + boundary.name() + " allows no runner of type " + runner + ", only "
                    + boundary.allowedRunners());
        }
        if ((runner == RunnerType.ONPREM) != (boundary.model() == NetworkModel.ONPREM)) {
            return Optional.of("an on-premise boundary takes on-premise runners, and no other does");
        }
        return Optional.empty();
    }

    /** The boundary in one line, for the evidence. */
    public static String describe(Boundary boundary) {
        var egress = boundary.egress() == null || boundary.egress().allow().isEmpty()
                ? "no egress"
                : "egress to " + String.join(", ", boundary.egress().allow());
        return boundary.name() + ": "
                + boundary.model().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + " in "
                + boundary.region() + ", " + egress;
    }
}
