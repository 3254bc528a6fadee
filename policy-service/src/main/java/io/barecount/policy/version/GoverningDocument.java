package io.barecount.policy.version;

import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.evaluation.KnownBoundary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A document in the form that its digest is made of.
 *
 * @param name of the boundary, book or budget; all policy sets together are one document
 * @param body canonical JSON
 */
public record GoverningDocument(Kind kind, String name, Digest digest, String body) {
    /** What decisions are made from. */
    public enum Kind {
        POLICIES,
        BOUNDARY,
        PRICES,
        BUDGET
    }

    /** All of them. */
    public static List<GoverningDocument> of(Governance governance) {
        var documents = new ArrayList<GoverningDocument>();
        documents.add(of(Kind.POLICIES, "policies", governance.rules().sets()));
        governance.boundaries().all().stream()
                .map(KnownBoundary::boundary)
                .forEach(boundary -> documents.add(of(Kind.BOUNDARY, boundary.name(), boundary)));
        var book = governance.prices().book();
        documents.add(of(Kind.PRICES, book.name(), book));
        governance.budgets().forEach(budget -> documents.add(of(Kind.BUDGET, budget.name(), budget)));
        return documents;
    }

    private static GoverningDocument of(Kind kind, String name, Object content) {
        var body = CanonicalJson.bytes(content);
        return new GoverningDocument(kind, name, Digest.of(body), new String(body, StandardCharsets.UTF_8));
    }
}
