package io.barecount.contracts.decision;

import io.barecount.contracts.proof.Digest;
import java.time.Instant;
import java.util.List;

/**
 * One person's leave for one run to start.
 *
 * @param by the person's subject, as the identity provider names it
 * @param roles that the person had in the run's namespace then
 * @param binding digest of the {@link Binding} that the person saw: it counts for nothing else
 */
public record Approval(String by, List<String> roles, String reason, Digest binding, Instant at) {
    public Approval {
        roles = roles == null ? List.of() : List.copyOf(roles);
    }
}
