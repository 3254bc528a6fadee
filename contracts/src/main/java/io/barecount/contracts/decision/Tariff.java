package io.barecount.contracts.decision;

import io.barecount.contracts.Money;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;

/** How the time of one attempt on one runner is charged: pinned in the permit, so that a later price changes nothing. */
public record Tariff(String currency, List<Line> lines) {
    private static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);

    public Tariff {
        lines = List.copyOf(lines);
    }

    /**
     * One position: {@code pricePerHour × quantity × max(time, minimum)}, plus a fixed price per attempt.
     *
     * @param item its name in the price book, such as {@code glue.dpu-hour}
     * @param quantity of the item that one attempt occupies, such as DPUs
     */
    public record Line(
            String item, BigDecimal pricePerHour, BigDecimal quantity, Duration minimum, BigDecimal pricePerAttempt) {}

    /** What one attempt of this length costs. */
    public Money cost(Duration time) {
        var sum = BigDecimal.ZERO;
        for (var line : lines) {
            var charged = time.compareTo(line.minimum()) < 0 ? line.minimum() : time;
            var hours = BigDecimal.valueOf(charged.toNanos()).divide(NANOS_PER_HOUR, MathContext.DECIMAL128);
            sum = sum.add(line.pricePerHour().multiply(line.quantity()).multiply(hours))
                    .add(line.pricePerAttempt());
        }
        return new Money(sum, currency);
    }
}
