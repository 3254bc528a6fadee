package io.barecount.policy.replay;

import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.decision.Basis;
import java.time.Instant;
import java.util.List;

/**
 * A decision as it is kept, as far as it takes to make it again.
 *
 * @param basis null in decisions that were made before it was kept
 */
public record Recorded(
        String run,
        String namespace,
        String pipeline,
        Instant at,
        Digest policySet,
        Basis basis,
        List<Finding> findings) {
    public Recorded {
        findings = List.copyOf(findings);
    }

    /** What of a decision's state is read. */
    private record Kept(
            String namespace, String pipeline, Instant at, Digest policySet, Basis basis, List<Finding> findings) {}

    /** @param state of a decision as JSON, of which anything but these fields may be left out */
    public static Recorded of(String run, String state) {
        var kept = Json.read(state, Kept.class);
        return new Recorded(
                run, kept.namespace(), kept.pipeline(), kept.at(), kept.policySet(), kept.basis(), kept.findings());
    }
}
