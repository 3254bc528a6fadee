package io.barecount.policy.version;

import io.barecount.policy.budget.Budget;
import io.barecount.policy.decision.Governance;
import java.util.List;
import java.util.Map;

/**
 * A governance that was checked and can decide.
 *
 * @param files that it was read from, by name
 */
public record Candidate(
        Version version, List<GoverningDocument> documents, List<Budget> budgets, Map<String, String> files) {
    public Candidate {
        documents = List.copyOf(documents);
        budgets = List.copyOf(budgets);
        files = Map.copyOf(files);
    }

    public static Candidate of(Governance governance, Map<String, String> files) {
        return new Candidate(Version.of(governance), GoverningDocument.of(governance), governance.budgets(), files);
    }
}
