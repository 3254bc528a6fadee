package io.barecount.policy.estimate;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunnerType;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What a workload would cost elsewhere. */
public final class Alternatives {
    private final Prices prices;
    private final Sizing sizing;

    public Alternatives(Prices prices) {
        this.prices = prices;
        this.sizing = new Sizing(prices);
    }

    /** As {@link #to(Manifest, History)}, by what the manifest says alone. */
    public List<Alternative> to(Manifest manifest) {
        return to(manifest, History.NONE);
    }

    /**
     * One for each other runner type that has a fitting size and a price, cheapest first; equally cheap ones in the order of {@link
     * RunnerType}. None for an image, which runs on premises only.
     */
    public List<Alternative> to(Manifest manifest, History history) {
        if (manifest.spec().workload().image() != null) {
            return List.of();
        }
        return RunnerType.executing().stream()
                .filter(type -> type != manifest.spec().runner().type())
                .flatMap(type -> sizing.of(type, manifest).stream())
                .flatMap(runner -> switch (prices.estimate(Variant.on(runner, manifest), history)) {
                    case Estimation.Priced(var estimate) -> Stream.of(new Alternative(runner, estimate));
                    case Estimation.Unpriced unpriced -> Stream.empty();
                })
                .sorted(Comparator.comparing(
                        alternative -> alternative.estimate().likely()))
                .toList();
    }
}
