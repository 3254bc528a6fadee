package io.barecount.policy.evaluation;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Alternative;
import io.barecount.policy.estimate.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the rules know of a run, made once per decision: {@code manifest} and {@code boundary} as JSON trees, {@code runner} (the
 * declared type), {@code estimate} and {@code alternatives}. A fact that there is none of, such as the estimate of what has no price, is
 * absent.
 */
public final class Facts {
    /** As the rules see an estimate; amounts are of its currency. */
    public record Reckoned(
            double low, double likely, double high, String currency, double perTaskSeconds, long tasks) {}

    /** As the rules see an alternative. */
    public record Other(String runner, double likely) {}

    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<String, Object> variables;

    private Facts(Map<String, Object> variables) {
        this.variables = variables;
    }

    /** @param boundary null if it is not known; {@code estimate} null if there is none */
    public static Facts of(
            Manifest manifest, KnownBoundary boundary, Estimate estimate, List<Alternative> alternatives) {
        return of(Tree.of(manifest), manifest.spec().runner(), boundary, reckoned(estimate), others(alternatives));
    }

    /** What somebody made up; {@code boundary} and {@code estimate} may be null. */
    public static Facts imagined(
            Manifest manifest, KnownBoundary boundary, Reckoned estimate, List<Other> alternatives) {
        return of(Tree.of(manifest), manifest.spec().runner(), boundary, estimate, alternatives);
    }

    /** The facts of the same manifest with another runner, network and boundary. */
    public Facts moved(
            Manifest.Runner runner,
            Manifest.Network network,
            KnownBoundary boundary,
            Estimate estimate,
            List<Alternative> alternatives) {
        var spec = new LinkedHashMap<>(Tree.asMap(manifest().get("spec")));
        spec.put("runner", Tree.of(runner));
        spec.put("network", Tree.of(network));
        var manifest = new LinkedHashMap<>(manifest());
        manifest.put("spec", spec);
        return of(manifest, runner, boundary, reckoned(estimate), others(alternatives));
    }

    private static Facts of(
            Map<String, Object> manifest,
            Manifest.Runner runner,
            KnownBoundary boundary,
            Reckoned estimate,
            List<Other> alternatives) {
        var variables = new LinkedHashMap<String, Object>();
        variables.put("manifest", manifest);
        variables.put("runner", Names.of(runner.type()));
        if (boundary != null) {
            variables.put("boundary", boundary.tree());
        }
        if (estimate != null) {
            variables.put("estimate", Tree.of(estimate));
        }
        variables.put("alternatives", alternatives.stream().map(Tree::of).toList());
        return new Facts(variables);
    }

    /** As the rules see alternatives. */
    public static List<Other> others(List<Alternative> alternatives) {
        return alternatives.stream()
                .map(alternative -> new Other(
                        Names.of(alternative.runner().type()),
                        amount(alternative.estimate().likely())))
                .toList();
    }

    /** As the rules see an estimate; null for none. */
    public static Reckoned reckoned(Estimate estimate) {
        return estimate == null
                ? null
                : new Reckoned(
                        amount(estimate.low()),
                        amount(estimate.likely()),
                        amount(estimate.high()),
                        estimate.likely().currency(),
                        estimate.perTask().toNanos() / NANOS_PER_SECOND,
                        estimate.tasks());
    }

    private static double amount(Money money) {
        return money.amount().doubleValue();
    }

    private Map<String, Object> manifest() {
        return Tree.asMap(variables.get("manifest"));
    }

    public String namespace() {
        return (String) Tree.asMap(manifest().get("metadata")).get("namespace");
    }

    public boolean has(String fact) {
        return variables.containsKey(fact);
    }

    /** By name; values are strings, longs, doubles, booleans, lists and maps of these. */
    public Map<String, Object> variables() {
        return variables;
    }
}
