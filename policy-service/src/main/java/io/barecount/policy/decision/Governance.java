package io.barecount.policy.decision;

import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.estimate.Alternative;
import io.barecount.policy.estimate.Alternatives;
import io.barecount.policy.estimate.Estimation;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.BuiltInRules;
import io.barecount.policy.evaluation.Completeness;
import io.barecount.policy.evaluation.Facts;
import io.barecount.policy.evaluation.Judgement;
import io.barecount.policy.evaluation.KnownBoundary;
import io.barecount.policy.evaluation.Rules;
import io.barecount.policy.permit.Permits;
import io.barecount.policy.suggestion.Suggestions;
import io.barecount.policy.version.GoverningDocument;
import io.barecount.policy.version.GoverningDocument.Kind;
import io.barecount.policy.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that a decision is made from. It does not change: another version of it is another one. */
public final class Governance {
    private final Rules rules;
    private final Boundaries boundaries;
    private final Prices prices;
    private final List<Budget> budgets;
    private final Permits permits;
    private final Alternatives alternatives;
    private final Suggestions suggestions;

    /** Without budgets. */
    public Governance(Rules rules, Boundaries boundaries, Prices prices, Permits permits) {
        this(rules, boundaries, prices, List.of(), permits);
    }

    public Governance(Rules rules, Boundaries boundaries, Prices prices, List<Budget> budgets, Permits permits) {
        this.budgets = List.copyOf(budgets);
        this.rules = rules;
        this.boundaries = boundaries;
        this.prices = prices;
        this.permits = permits;
        this.alternatives = new Alternatives(prices);
        this.suggestions = new Suggestions(rules, boundaries, prices);
    }

    public Rules rules() {
        return rules;
    }

    public Boundaries boundaries() {
        return boundaries;
    }

    public Prices prices() {
        return prices;
    }

    public List<Budget> budgets() {
        return budgets;
    }

    public Permits permits() {
        return permits;
    }

    /** Each in the form that its digest is made of. */
    public List<GoverningDocument> documents() {
        var documents = new ArrayList<GoverningDocument>();
        documents.add(GoverningDocument.of(Kind.POLICIES, "policies", rules.sets()));
        boundaries.all().stream()
                .map(KnownBoundary::boundary)
                .forEach(boundary -> documents.add(GoverningDocument.of(Kind.BOUNDARY, boundary.name(), boundary)));
        documents.add(GoverningDocument.of(Kind.PRICES, prices.book().name(), prices.book()));
        budgets.forEach(budget -> documents.add(GoverningDocument.of(Kind.BUDGET, budget.name(), budget)));
        return documents;
    }

    public Version version() {
        var byName = new EnumMap<Kind, SortedMap<String, Digest>>(Kind.class);
        Arrays.stream(Kind.values()).forEach(kind -> byName.put(kind, new TreeMap<>()));
        documents().forEach(document -> byName.get(document.kind()).put(document.name(), document.digest()));
        return new Version(rules.digest(), byName.get(Kind.BOUNDARY), prices.digest(), byName.get(Kind.BUDGET));
    }

    /**
     * What would be decided on this run. Where the boundary is not known or a price is missing, the rules that need
     * neither are asked all the same, so that one answer tells everything.
     */
    public Judgement judge(Question question) {
        var manifest = question.manifest();
        var missing = Completeness.missing(manifest);
        if (!missing.isEmpty()) {
            return new Judgement(
                    null,
                    null,
                    List.of(BuiltInRules.incomplete(missing)),
                    List.of(BuiltInRules.MANIFEST_COMPLETE),
                    null);
        }
        var findings = new ArrayList<Finding>();
        var boundary = boundaries.named(manifest.spec().network().boundary()).orElse(null);
        if (boundary == null) {
            findings.add(BuiltInRules.unknownBoundary(manifest, boundaries));
        }
        var estimation = prices.estimate(manifest);
        if (estimation instanceof Estimation.Unpriced(var items)) {
            findings.add(BuiltInRules.unknownPrice(manifest, prices, items));
        }
        return judge(manifest, boundary, estimation, findings);
    }

    private Judgement judge(Manifest manifest, KnownBoundary boundary, Estimation estimation, List<Finding> findings) {
        List<Alternative> others = alternatives.to(manifest);
        var facts = Facts.of(manifest, boundary, estimation.estimateOrNull(), others);
        findings.addAll(rules.findings(facts));
        findings.sort(Comparator.comparing(Finding::level).reversed());
        var asked = new ArrayList<>(
                List.of(BuiltInRules.MANIFEST_COMPLETE, BuiltInRules.BOUNDARY_KNOWN, BuiltInRules.PRICE_KNOWN));
        asked.addAll(rules.asked(facts));
        var judgement = new Judgement(boundary, estimation.estimateOrNull(), findings, asked, null);
        if (!judgement.denied()) {
            return judgement;
        }
        var suggestion = suggestions.find(manifest, facts, others);
        return new Judgement(boundary, estimation.estimateOrNull(), findings, asked, suggestion);
    }
}
