package io.barecount.policy.evaluation;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Alternative;
import io.barecount.policy.estimate.Names;
import io.barecount.policy.estimate.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the rules know of a run, made once per decision: {@code manifest} and {@code boundary}, {@code runner} (the
 * declared type), {@code estimate} and {@code alternatives}. A fact that there is none of, such as the estimate of what has no price, is
 * absent. To be used by one thread.
 */
public final class Facts {
    /** As the rules see an estimate; amounts are of its currency. */
    public record Reckoned(
            double low, double likely, double high, String currency, double perTaskSeconds, long tasks) {}

    /** As the rules see an alternative. */
    public record Other(String runner, double likely) {}

    private static final double NANOS_PER_SECOND = 1e9;

    private final Manifest manifest;
    private final String runner;
    private final KnownBoundary boundary;
    private final Reckoned estimate;
    private final List<Other> alternatives;
    private Map<String, Object> trees;

    private Facts(Manifest manifest, KnownBoundary boundary, Reckoned estimate, List<Other> alternatives) {
        this.manifest = manifest;
        this.runner = Names.of(manifest.spec().runner().type());
        this.boundary = boundary;
        this.estimate = estimate;
        this.alternatives = alternatives;
    }

    /** @param boundary null if it is not known; {@code estimate} null if there is none */
    public static Facts of(
            Manifest manifest, KnownBoundary boundary, Estimate estimate, List<Alternative> alternatives) {
        return new Facts(manifest, boundary, reckoned(estimate), others(alternatives));
    }

    /** What somebody made up; {@code boundary} and {@code estimate} may be null. */
    public static Facts imagined(
            Manifest manifest, KnownBoundary boundary, Reckoned estimate, List<Other> alternatives) {
        return new Facts(manifest, boundary, estimate, alternatives);
    }

    /** The facts of the same manifest with another runner, network and boundary. */
    public Facts moved(
            Manifest.Runner runner,
            Manifest.Network network,
            KnownBoundary boundary,
            Estimate estimate,
            List<Alternative> alternatives) {
        return of(Variant.on(runner, Variant.in(network, manifest)), boundary, estimate, alternatives);
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

    public String namespace() {
        return manifest.namespace();
    }

    public Manifest manifest() {
        return manifest;
    }

    public String runner() {
        return runner;
    }

    /** Null if it is not known. */
    public Boundary boundary() {
        return boundary == null ? null : boundary.boundary();
    }

    /** Null if there is none. */
    public Reckoned estimate() {
        return estimate;
    }

    public List<Other> alternatives() {
        return alternatives;
    }

    public boolean has(String fact) {
        return switch (fact) {
            case "boundary" -> boundary != null;
            case "estimate" -> estimate != null;
            default -> true;
        };
    }

    /** By name, as the plain form that their JSON stands for: strings, longs, doubles, booleans, lists and maps of these. */
    public Map<String, Object> variables() {
        if (trees == null) {
            var variables = new LinkedHashMap<String, Object>();
            variables.put("manifest", Tree.of(manifest));
            variables.put("runner", runner);
            if (boundary != null) {
                variables.put("boundary", boundary.tree());
            }
            if (estimate != null) {
                variables.put("estimate", Tree.of(estimate));
            }
            variables.put("alternatives", alternatives.stream().map(Tree::of).toList());
            trees = variables;
        }
        return trees;
    }
}
