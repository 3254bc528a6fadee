package io.barecount.policy.estimate;

import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Runner;
import io.barecount.contracts.manifest.RunnerType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** What there is of a runner type for a manifest that leaves its runner to governance; rules are not asked. */
public sealed interface Offers {
    /** Not for this manifest, as its author says. */
    record Excluded(String detail) implements Offers {}

    /** This type can't run it. */
    record Unfit(String detail) implements Offers {}

    /** It would fit, but there is no price. */
    record Unpriced(String detail) implements Offers {}

    /** @param offers never empty */
    record Priced(List<Offer> offers) implements Offers {
        public Priced {
            offers = List.copyOf(offers);
        }
    }

    /** @param manifest with this runner in its place */
    record Offer(Runner runner, Manifest manifest, Estimate estimate) {}

    static Offers of(RunnerType type, Manifest declared, Prices prices, History history) {
        var auto = declared.spec().runner().auto();
        if (!auto.mayBe(type)) {
            return new Excluded("the manifest names other types alone");
        }
        var workload = declared.spec().workload();
        if (workload.image() != null && type != RunnerType.ONPREM) {
            return new Unfit("a container image of a manifest's runs on premises only");
        }
        var store = type == RunnerType.ONPREM ? "file:" : "secretsmanager:";
        if (workload.secretReferences().values().stream().anyMatch(secret -> !secret.startsWith(store))) {
            return new Unfit("it resolves secrets of " + store + " only");
        }
        var sizing = new Sizing(prices);
        var sizes = sizing.all(type, declared);
        if (sizes.isEmpty()) {
            return sizing.fits(type, declared)
                    ? new Unpriced("the price book " + prices.book().name() + " has none for a size that fits")
                    : new Unfit("no size has " + auto.memoryMiB() + " MiB for up to "
                            + declared.spec().execution().timeout());
        }
        return priced(sizes, declared, prices, history);
    }

    private static Offers priced(List<Runner> sizes, Manifest declared, Prices prices, History history) {
        var offers = new ArrayList<Offer>();
        var missing = new LinkedHashSet<String>();
        for (var runner : sizes) {
            var manifest = Variant.on(runner, declared);
            switch (prices.estimate(manifest, history)) {
                case Estimation.Priced(var estimate) -> offers.add(new Offer(runner, manifest, estimate));
                case Estimation.Unpriced(var items) -> missing.addAll(items);
            }
        }
        return offers.isEmpty()
                ? new Unpriced("the price book " + prices.book().name() + " has no " + String.join(", ", missing))
                : new Priced(offers);
    }
}
