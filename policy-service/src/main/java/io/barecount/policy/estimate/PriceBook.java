package io.barecount.policy.estimate;

import io.barecount.contracts.proof.Digest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Dated prices, as data. Its digest goes into every estimate made from it. */
public final class PriceBook {
    private final String currency;
    private final Map<String, Item> items;
    private final Digest digest;

    /**
     * @param item such as {@code glue.dpu-hour}; its last word is the unit that the price is for
     * @param minimum time that is charged at least
     */
    public record Item(String item, BigDecimal price, String source, String date, Duration minimum) {}

    public PriceBook(String currency, List<Item> items) {
        this.currency = currency;
        this.items = items.stream().collect(Collectors.toUnmodifiableMap(Item::item, Function.identity()));
        this.digest = Digest.ofCanonical(Map.of("currency", currency, "items", items));
    }

    public String currency() {
        return currency;
    }

    public Digest digest() {
        return digest;
    }

    public Optional<Item> price(String item) {
        return Optional.ofNullable(items.get(item));
    }

    public List<Item> items() {
        return items.values().stream()
                .sorted(java.util.Comparator.comparing(Item::item))
                .toList();
    }
}
