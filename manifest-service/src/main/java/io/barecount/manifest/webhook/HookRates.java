package io.barecount.manifest.webhook;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** How many deliveries a hook takes: a minute's worth at once, and then as they come. Counted by each instance for itself. */
public final class HookRates {
    private static final double NANOS_PER_MINUTE = Duration.ofMinutes(1).toNanos();

    private record Bucket(double left, long atNanos) {}

    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /** @param nanoTime as {@link System#nanoTime} */
    public HookRates(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes one delivery.
     *
     * @param hook that exists: what nobody declared would fill the memory
     * @return zero if it is taken; else the time after which one would be
     */
    public Duration take(String hook, int maxPerMinute) {
        var now = nanoTime.getAsLong();
        var wait = new long[1];
        buckets.compute(hook, (name, before) -> {
            var left = before == null
                    ? maxPerMinute
                    : Math.min(
                            maxPerMinute, before.left() + (now - before.atNanos()) * maxPerMinute / NANOS_PER_MINUTE);
            if (left >= 1) {
                return new Bucket(left - 1, now);
            }
            wait[0] = (long) Math.ceil((1 - left) * NANOS_PER_MINUTE / maxPerMinute);
            return new Bucket(left, now);
        });
        return Duration.ofNanos(wait[0]);
    }
}
