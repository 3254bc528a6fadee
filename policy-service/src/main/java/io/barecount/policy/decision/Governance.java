package io.barecount.policy.decision;

import io.barecount.contracts.decision.Choice;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.choice.Chooser;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All that a decision is made from. It does not change: another version of it is another one. */
public final class Governance {
    private final Rules rules;
    private final Boundaries boundaries;
    private final Prices prices;
    private final List<Budget> budgets;
    private final Permits permits;
    private final Alternatives alternatives;
    private final Chooser chooser;
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
        this.chooser = new Chooser(prices);
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

    /**
     * What would be decided on this run. Where the boundary is not known or a price is missing, the rules that need
     * neither are asked all the same, so that one answer tells everything.
     */
    public Judgement judge(Question question) {
        return judge(question, true);
    }

    /** As {@link #judge}, without looking for what would pass instead. */
    public Judgement weigh(Question question) {
        return judge(question, false);
    }

    /** The same rules with other boundaries and prices, and without budgets. */
    public Governance with(Boundaries others, Prices otherPrices) {
        return new Governance(rules, others, otherPrices, permits);
    }

    private Judgement judge(Question question, boolean suggesting) {
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
        return manifest.spec().runner().type() == RunnerType.AUTO
                ? choose(question, suggesting)
                : judge(manifest, question, suggesting);
    }

    private Judgement choose(Question question, boolean suggesting) {
        var manifest = question.manifest();
        var chosen = chooser.choose(manifest, question.history(), named -> judge(named, question, false));
        if (chosen.runner() != null) {
            return chosen.judgement().by(chosen.choice());
        }
        if (chosen.nearest() == null) {
            return noRunner(manifest, chosen.choice());
        }
        var nearest = suggesting ? judge(chosen.nearest(), question, true) : chosen.judgement();
        return nearest.by(chosen.choice());
    }

    private Judgement noRunner(Manifest manifest, Choice choice) {
        var boundary = boundary(manifest);
        var findings = new ArrayList<Finding>();
        findings.add(BuiltInRules.noRunner(manifest, choice.others()));
        if (boundary == null) {
            findings.add(BuiltInRules.unknownBoundary(manifest, boundaries));
        }
        var asked = List.of(BuiltInRules.MANIFEST_COMPLETE, BuiltInRules.BOUNDARY_KNOWN, BuiltInRules.RUNNER_FOUND);
        return new Judgement(boundary, null, findings, asked, null, choice);
    }

    /** Null if it is not known. */
    private KnownBoundary boundary(Manifest manifest) {
        return boundaries.named(manifest.spec().network().boundary()).orElse(null);
    }

    /** @param manifest that names its runner, where the one in question need not */
    private Judgement judge(Manifest manifest, Question question, boolean suggesting) {
        var history = question.history();
        var exemptions = question.exemptions();
        var findings = new ArrayList<Finding>();
        var boundary = boundary(manifest);
        if (boundary == null) {
            findings.add(BuiltInRules.unknownBoundary(manifest, boundaries));
        }
        var estimation = prices.estimate(manifest, history);
        if (estimation instanceof Estimation.Unpriced(var items)) {
            findings.add(BuiltInRules.unknownPrice(manifest, prices, items));
        }
        List<Alternative> others = alternatives.to(manifest, history);
        var facts = Facts.of(manifest, boundary, estimation.estimateOrNull(), others);
        rules.findings(facts)
                .forEach(finding -> findings.add(exemptions.applied(finding, rules, estimation.estimateOrNull())));
        findings.sort(Comparator.comparing(Finding::level).reversed());
        var asked = new ArrayList<>(
                List.of(BuiltInRules.MANIFEST_COMPLETE, BuiltInRules.BOUNDARY_KNOWN, BuiltInRules.PRICE_KNOWN));
        asked.addAll(rules.asked(facts));
        var judgement = new Judgement(boundary, estimation.estimateOrNull(), findings, asked, null);
        if (!suggesting || !judgement.denied()) {
            return judgement;
        }
        var suggestion = suggestions.find(manifest, facts, others, history, exemptions);
        return new Judgement(boundary, estimation.estimateOrNull(), findings, asked, suggestion);
    }
}
