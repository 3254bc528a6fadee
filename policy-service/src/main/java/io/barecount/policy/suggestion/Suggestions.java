package io.barecount.policy.suggestion;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.policy.estimate.Alternative;
import io.barecount.policy.estimate.Alternatives;
import io.barecount.policy.estimate.Estimation;
import io.barecount.policy.estimate.History;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.estimate.Variant;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.Exemptions;
import io.barecount.policy.evaluation.Facts;
import io.barecount.policy.evaluation.KnownBoundary;
import io.barecount.policy.evaluation.Rules;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Finds the smallest change that turns a denial into a permit, by trying: every candidate is asked about by the same rules.
 *
 * <p>In this order: the declared boundary with the model that it really has; another runner type in the declared boundary, cheapest
 * first; another boundary with the declared runner; another boundary with another runner type. Boundaries of the declared model come
 * first, then those in the same region, then by name. One outside of the data's residency, or that doesn't let the runner in, is not
 * tried at all, whatever the rules say.
 */
public final class Suggestions {
    /** A denial may not take long, however many boundaries there are. */
    private static final int TRIES_MAX = 100;

    private static final String ONPREM_REGION = "onprem";

    private final Rules rules;
    private final Boundaries boundaries;
    private final Prices prices;
    private final Alternatives alternatives;

    public Suggestions(Rules rules, Boundaries boundaries, Prices prices) {
        this.rules = rules;
        this.boundaries = boundaries;
        this.prices = prices;
        this.alternatives = new Alternatives(prices);
    }

    /**
     * @param denied the facts of the manifest as it is
     * @param others its alternatives, cheapest first
     * @param history of its pipeline
     * @param exemptions that hold for it
     * @return null if nothing was found
     */
    public Suggestion find(
            Manifest manifest, Facts denied, List<Alternative> others, History history, Exemptions exemptions) {
        return candidates(manifest, others)
                .limit(TRIES_MAX)
                .map(candidate -> attempt(candidate, manifest, denied, history, exemptions))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private Suggestion attempt(
            Candidate candidate, Manifest manifest, Facts denied, History history, Exemptions exemptions) {
        var runner = candidate.runner() == null ? manifest.spec().runner() : candidate.runner();
        var network = candidate.network() == null ? manifest.spec().network() : candidate.network();
        var changed = Variant.on(runner, Variant.in(network, manifest));
        return switch (prices.estimate(changed, history)) {
            case Estimation.Unpriced unpriced -> null;
            case Estimation.Priced(var estimate) -> {
                var facts = denied.moved(
                        runner, network, candidate.boundary(), estimate, alternatives.to(changed, history));
                yield rules.deny(facts, exemptions.covering(estimate))
                        ? null
                        : new Suggestion(candidate.path(), candidate.change(), estimate);
            }
        };
    }

    private Stream<Candidate> candidates(Manifest manifest, List<Alternative> others) {
        var network = manifest.spec().network();
        var declared = boundaries.named(network.boundary()).orElse(null);
        var inDeclared = Stream.<Candidate>empty();
        if (declared != null) {
            inDeclared = Stream.concat(
                    network.model() == declared.boundary().model()
                            ? Stream.empty()
                            : Stream.of(new Candidate(declared, networkOf(declared), null)),
                    others.stream().map(other -> new Candidate(declared, null, other.runner())));
        }
        var elsewhere = nearest(manifest, declared);
        return Stream.of(
                        inDeclared,
                        elsewhere.stream()
                                .filter(boundary -> boundary != declared)
                                .map(boundary -> new Candidate(boundary, networkOf(boundary), null)),
                        elsewhere.stream()
                                .flatMap(boundary -> others.stream()
                                        .map(other -> new Candidate(boundary, networkOf(boundary), other.runner()))))
                .flatMap(candidates -> candidates)
                .filter(candidate -> fits(candidate, manifest));
    }

    /** All boundaries, those that change the least first. */
    private List<KnownBoundary> nearest(Manifest manifest, KnownBoundary declared) {
        var model = manifest.spec().network().model();
        var region = declared == null ? null : declared.boundary().region();
        return boundaries.all().stream()
                .sorted(Comparator.comparing((KnownBoundary known) -> known != declared)
                        .thenComparing(known -> known.boundary().model() != model)
                        .thenComparing(known -> !known.boundary().region().equals(region))
                        .thenComparing(known -> known.boundary().name()))
                .toList();
    }

    private static boolean fits(Candidate candidate, Manifest manifest) {
        var boundary = candidate.boundary().boundary();
        var runner = candidate.runner() == null ? manifest.spec().runner() : candidate.runner();
        return boundary.allowedRunners().contains(runner.type())
                && inResidency(boundary, manifest.spec().data().residency());
    }

    private static boolean inResidency(Boundary boundary, List<String> residency) {
        return residency.isEmpty()
                || residency.contains(boundary.region())
                || (boundary.model() == NetworkModel.ONPREM && ONPREM_REGION.equals(boundary.region()));
    }

    private static Manifest.Network networkOf(KnownBoundary known) {
        return new Manifest.Network(known.boundary().model(), known.boundary().name());
    }
}
