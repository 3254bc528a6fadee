package io.barecount.policy.estimate;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.manifest.RunnerType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a pipeline's own runs took on one runner type.
 *
 * @param runs how many of them are known
 * @param low a tenth of them took no longer for a task
 * @param likely half of them took no longer for a task
 */
public record Experience(RunnerType runner, int runs, Duration low, Duration likely) {
    /** Fewer tell less than the author does. */
    public static final int RUNS_MIN = 5;

    /** The last ones tell how it is now. */
    public static final int RUNS_MAX = 20;

    private static final BigDecimal MILLIS_PER_HOUR =
            BigDecimal.valueOf(Duration.ofHours(1).toMillis());

    /**
     * @param perTask of each run
     * @return empty if there are too few
     */
    public static Optional<Experience> of(RunnerType runner, List<Duration> perTask) {
        if (perTask.size() < RUNS_MIN) {
            return Optional.empty();
        }
        var sorted = perTask.stream().sorted().toList();
        return Optional.of(new Experience(runner, sorted.size(), quantile(sorted, 10), quantile(sorted, 50)));
    }

    /** The smallest value that so many of a hundred do not exceed. */
    private static Duration quantile(List<Duration> sorted, int percent) {
        return sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }

    /**
     * How long a task of a run took on the average, retries included, to the millisecond: read back from what the run did cost. A
     * tariff's minimum hides how much less it was: then it is taken to be what the author expected, within that minimum.
     */
    public static Duration perTask(Tariff tariff, Money cost, int tasks, Duration expected) {
        var each = cost.amount().divide(BigDecimal.valueOf(tasks), MathContext.DECIMAL128);
        var charged =
                tariff.lines().stream().filter(line -> rate(line).signum() > 0).toList();
        if (charged.isEmpty()) {
            return expected;
        }
        var least = charged.stream()
                .map(Tariff.Line::minimum)
                .min(Duration::compareTo)
                .orElseThrow();
        if (each.compareTo(tariff.cost(least).amount()) <= 0) {
            return expected.compareTo(least) < 0 ? expected : least;
        }
        var from = Stream.concat(Stream.of(Duration.ZERO), charged.stream().map(Tariff.Line::minimum))
                .filter(minimum -> tariff.cost(minimum).amount().compareTo(each) <= 0)
                .max(Duration::compareTo)
                .orElseThrow();
        var perHour = charged.stream()
                .filter(line -> line.minimum().compareTo(from) <= 0)
                .map(Experience::rate)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        var millis = each.subtract(tariff.cost(from).amount())
                .multiply(MILLIS_PER_HOUR)
                .divide(perHour, 0, RoundingMode.HALF_UP);
        return from.plusMillis(millis.longValueExact());
    }

    private static BigDecimal rate(Tariff.Line line) {
        return line.pricePerHour().multiply(line.quantity());
    }
}
