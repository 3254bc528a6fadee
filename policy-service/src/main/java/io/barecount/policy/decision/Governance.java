package io.barecount.policy.decision;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Finding.Level;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.estimate.Estimator;
import io.barecount.policy.estimate.OtherRunners;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.evaluation.CompiledRule;
import io.barecount.policy.evaluation.Facts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that decisions are made from, as it stands. The same governance and the same manifest always come to the same verdict.
 *
 * @param policySet digest of all rules
 * @param boundaries by name
 */
public record Governance(
        List<CompiledRule> rules, Digest policySet, Map<String, Boundary> boundaries, PriceBook prices) {
    private static final String OWNER = "platform";

    public Governance {
        rules = List.copyOf(rules);
        boundaries = Map.copyOf(boundaries);
    }

    /**
     * @param boundary null if there is none of the name
     * @param estimate null if it could not be made
     * @param findings of all rules that spoke
     * @param suggestion null if it may run, or nothing was found that would pass
     */
    public record Verdict(Boundary boundary, Estimate estimate, List<Finding> findings, Suggestion suggestion) {
        /** The strictest level wins, over all rules. */
        public boolean isPermitted() {
            return findings.stream().noneMatch(finding -> finding.level() == Level.DENY);
        }
    }

    public Verdict judge(Manifest manifest) {
        var verdict = judgeAsItIs(manifest);
        return verdict.isPermitted()
                ? verdict
                : new Verdict(
                        verdict.boundary(),
                        verdict.estimate(),
                        verdict.findings(),
                        suggest(manifest).orElse(null));
    }

    private Verdict judgeAsItIs(Manifest manifest) {
        var name = manifest.spec().network().boundary();
        var boundary = boundaries.get(name);
        if (boundary == null) {
            return new Verdict(null, null, List.of(boundaryUnknown(name)), null);
        }
        Estimate estimate;
        try {
            estimate = new Estimator(prices).estimate(manifest);
        } catch (Estimator.PriceUnknown e) {
            return new Verdict(boundary, null, List.of(priceUnknown(e)), null);
        }
        var facts = Facts.of(manifest, boundary, estimate, alternatives(manifest));
        var findings = new ArrayList<Finding>();
        rules.forEach(rule -> rule.apply(facts).ifPresent(findings::add));
        return new Verdict(boundary, estimate, List.copyOf(findings), null);
    }

    private Finding boundaryUnknown(String name) {
        return new Finding(
                "boundary-known",
                Level.DENY,
                "/spec/network/boundary",
                "There is no boundary " + name + ".",
                name,
                String.join(", ", new TreeMap<>(boundaries).keySet()),
                OWNER);
    }

    private static Finding priceUnknown(Estimator.PriceUnknown e) {
        return new Finding(
                "price-known",
                Level.DENY,
                "/spec/runner",
                "The run can't be estimated: " + e.getMessage() + ".",
                e.getMessage(),
                "a runner whose prices are in the price book",
                OWNER);
    }

    private List<Facts.Alternative> alternatives(Manifest manifest) {
        var alternatives = new ArrayList<Facts.Alternative>();
        for (var other : OtherRunners.of(manifest)) {
            estimate(other)
                    .ifPresent(estimate -> alternatives.add(
                            new Facts.Alternative(Facts.runner(other), Estimator.amount(estimate.likely()))));
        }
        return alternatives;
    }

    private Optional<Estimate> estimate(Manifest manifest) {
        try {
            return Optional.of(new Estimator(prices).estimate(manifest));
        } catch (Estimator.PriceUnknown noAlternative) {
            return Optional.empty();
        }
    }

    /** The cheapest other runner in the same boundary that would pass; else the cheapest in another boundary. */
    private Optional<Suggestion> suggest(Manifest manifest) {
        return cheapest(OtherRunners.of(manifest), false).or(() -> {
            var elsewhere = new ArrayList<Manifest>();
            for (var boundary : new TreeMap<>(boundaries).values()) {
                if (!boundary.name().equals(manifest.spec().network().boundary())) {
                    var moved =
                            OtherRunners.withNetwork(manifest, new Manifest.Network(boundary.model(), boundary.name()));
                    elsewhere.add(moved);
                    elsewhere.addAll(OtherRunners.of(moved));
                }
            }
            return cheapest(elsewhere, true);
        });
    }

    private Optional<Suggestion> cheapest(List<Manifest> candidates, boolean withNetwork) {
        return candidates.stream()
                .map(candidate -> Map.entry(candidate, judgeAsItIs(candidate)))
                .filter(judged -> judged.getValue().isPermitted())
                .min(Comparator.comparing(judged -> judged.getValue().estimate().likely()))
                .map(judged -> suggestion(judged.getKey(), judged.getValue(), withNetwork));
    }

    private static Suggestion suggestion(Manifest passing, Verdict verdict, boolean withNetwork) {
        var runner = Facts.runner(passing);
        return withNetwork
                ? new Suggestion(
                        "/spec/network",
                        "boundary " + passing.spec().network().boundary() + " with runner type " + runner,
                        verdict.estimate())
                : new Suggestion("/spec/runner/type", runner, verdict.estimate());
    }
}
