package io.barecount.policy.estimate;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * What runners cost, as somebody read it at some time: estimates name the book they were made from by its digest.
 *
 * @param date the month or day from which it holds
 * @param currency of all its prices, ISO 4217
 */
public record PriceBook(String name, String date, String currency, List<Item> items) {
    public PriceBook {
        items = List.copyOf(items);
    }

    /**
     * One price.
     *
     * @param item what is sold, with its unit at the end, such as {@code glue.dpu-hour}
     * @param price of one unit
     * @param source where it was read
     * @param minimum an attempt is charged for at least this long
     */
    public record Item(String item, BigDecimal price, String source, String date, Duration minimum) {}
}
