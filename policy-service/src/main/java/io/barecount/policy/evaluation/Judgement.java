package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import java.util.List;

/**
 * What governance has to say of a manifest; a permit is not part of it.
 *
 * @param boundary null if it is not known
 * @param estimate null if none could be made
 * @param findings the strictest first, else in the order of the rules
 * @param asked ids of all rules that were evaluated
 * @param suggestion null for what passes, and where nothing was found that would
 */
public record Judgement(
        KnownBoundary boundary, Estimate estimate, List<Finding> findings, List<String> asked, Suggestion suggestion) {
    public Judgement {
        findings = List.copyOf(findings);
        asked = List.copyOf(asked);
    }

    /** The strictest level wins: one deny is enough. */
    public boolean denied() {
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.DENY);
    }
}
