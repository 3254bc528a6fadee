package io.barecount.gateway.drive;

import io.barecount.gateway.runner.Runner;
import io.barecount.gateway.runner.TokenBucket;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Starts are made as fast as the provider takes them, and no faster. What is to wait stays pending in the database, so that it costs
 * neither a thread nor a place among the calls. Who came first goes first: while something waits, what arrives waits behind it.
 *
 * <p>A place is a runner type in a region.
 */
@ApplicationScoped
class Rates {
    private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final Set<String> waitedFor = ConcurrentHashMap.newKeySet();

    /** For a start that arrives now. */
    boolean takeAtOnce(String place, Runner runner) {
        return !waitedFor.contains(place) && take(place, runner);
    }

    /** For a start whose turn it is. */
    boolean take(String place, Runner runner) {
        var now = System.nanoTime();
        var taken = buckets.computeIfAbsent(place, p -> new TokenBucket(runner.startRate(), now))
                .take(now);
        if (!taken) {
            waitedFor.add(place);
        }
        return taken;
    }

    /** Nothing waits any more but for these places. */
    void takenUpBut(Collection<String> places) {
        waitedFor.retainAll(places);
    }

    /** Places that take nothing now. */
    List<String> exhausted() {
        return waitedFor.stream().filter(place -> nanosToNext(place) > 0).toList();
    }

    /** Until one of the places that something waits for takes something again. */
    Duration untilNext(Duration most) {
        return Duration.ofNanos(waitedFor.stream().mapToLong(this::nanosToNext).reduce(most.toNanos(), Math::min));
    }

    private long nanosToNext(String place) {
        return buckets.get(place).nanosToNext(System.nanoTime());
    }
}
