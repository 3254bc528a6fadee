package io.barecount.policy.choice;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Choice;
import io.barecount.contracts.decision.Choice.Other;
import io.barecount.contracts.decision.Choice.Why;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.policy.estimate.History;
import io.barecount.policy.estimate.Names;
import io.barecount.policy.estimate.Offers;
import io.barecount.policy.estimate.Offers.Offer;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Judgement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Chooses the runner of a manifest that leaves it to governance: of all that its author could have named, in every size that fits, the
 * one that is likely to cost the least and that no rule denies. Each is judged as if the manifest named it, so no rule and no rank knows of
 * the choosing. What needs approval is not denied: were it passed over, one rule more could lead to a cheaper runner.
 */
public final class Chooser {
    /** Equally dear ones: what costs less at most, then the order of types, then that of sizes. */
    private static final Comparator<Offer> CHEAPEST_FIRST = Comparator.comparing(
                    (Offer offer) -> offer.estimate().likely())
            .thenComparing(offer -> offer.estimate().high())
            .thenComparing(offer -> offer.runner().type());

    private final Prices prices;

    public Chooser(Prices prices) {
        this.prices = prices;
    }

    /**
     * @param runner null if none passed
     * @param nearest the chosen one's manifest, or else that of the least forbidden one; null where no runner was fit to be judged
     * @param judgement of that; null with it
     */
    public record Chosen(Manifest.Runner runner, Manifest nearest, Judgement judgement, Choice choice) {}

    private record Tried(Offer offer, Judgement judgement) {
        List<String> denying() {
            return judgement.findings().stream()
                    .filter(finding -> finding.level() == Finding.Level.DENY)
                    .map(Finding::rule)
                    .toList();
        }
    }

    /** @param judge what would be decided on a manifest that names its runner */
    public Chosen choose(Manifest declared, History history, Function<Manifest, Judgement> judge) {
        var unfit = new ArrayList<Other>();
        var offers = RunnerType.executing().stream()
                .flatMap(type -> offers(type, declared, history, unfit))
                .sorted(CHEAPEST_FIRST)
                .toList();
        var forbidden = new ArrayList<Tried>();
        for (var offer : offers) {
            var judgement = judge.apply(offer.manifest());
            if (!judgement.denied()) {
                var others = others(forbidden, dearer(offer, offers, forbidden), unfit);
                return new Chosen(offer.runner(), offer.manifest(), judgement, new Choice(offer.runner(), others));
            }
            forbidden.add(new Tried(offer, judgement));
        }
        var none = new Choice(null, others(forbidden, List.of(), unfit));
        return forbidden.stream()
                .min(Comparator.comparing(tried -> tried.denying().size()))
                .map(least -> new Chosen(null, least.offer().manifest(), least.judgement(), none))
                .orElseGet(() -> new Chosen(null, null, null, none));
    }

    private Stream<Offer> offers(RunnerType type, Manifest declared, History history, List<Other> unfit) {
        return switch (Offers.of(type, declared, prices, history)) {
            case Offers.Priced(var offers) -> offers.stream();
            case Offers.Excluded(var detail) -> out(type, Why.EXCLUDED, detail, unfit);
            case Offers.Unfit(var detail) -> out(type, Why.UNFIT, detail, unfit);
            case Offers.Unpriced(var detail) -> out(type, Why.UNPRICED, detail, unfit);
        };
    }

    private static Stream<Offer> out(RunnerType type, Why why, String detail, List<Other> unfit) {
        unfit.add(new Other(type, null, why, null, null, detail));
        return Stream.empty();
    }

    private static List<Other> others(List<Tried> forbidden, List<Other> dearer, List<Other> unfit) {
        return Stream.of(forbidden(forbidden).stream(), dearer.stream(), unfit.stream())
                .flatMap(others -> others)
                .toList();
    }

    /** Sizes of one type that the same rules deny are told once, by the cheapest. */
    private static List<Other> forbidden(List<Tried> tried) {
        var told = new HashSet<List<Object>>();
        return tried.stream()
                .filter(one -> told.add(List.of(one.offer().runner().type(), one.denying())))
                .map(one -> new Other(
                        one.offer().runner().type(),
                        one.offer().runner(),
                        Why.FORBIDDEN,
                        one.offer().estimate().likely(),
                        one.denying(),
                        "denied by " + String.join(", ", one.denying())))
                .toList();
    }

    /** Of each type that was not looked at any more, the cheapest. */
    private static List<Other> dearer(Offer chosen, List<Offer> offers, List<Tried> tried) {
        var told = new HashSet<RunnerType>();
        told.add(chosen.runner().type());
        tried.forEach(one -> told.add(one.offer().runner().type()));
        return offers.stream()
                .filter(offer -> told.add(offer.runner().type()))
                .map(offer -> new Other(
                        offer.runner().type(),
                        offer.runner(),
                        Why.DEARER,
                        offer.estimate().likely(),
                        null,
                        difference(offer, chosen)))
                .toList();
    }

    private static String difference(Offer offer, Offer chosen) {
        Money more = offer.estimate().likely().plus(chosen.estimate().likely().negated());
        return more.amount().signum() > 0
                ? "dearer by " + more
                : Objects.equals(offer.estimate().high(), chosen.estimate().high())
                        ? "as dear, and " + Names.of(chosen.runner().type()) + " comes first"
                        : "as dear, and dearer at most";
    }
}
