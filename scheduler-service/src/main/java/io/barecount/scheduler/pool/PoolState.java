package io.barecount.scheduler.pool;

import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.control.Scope;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;

/**
 * A pool's desired capacity, in attempts at once. It grows at once with what waits, and shrinks only when less was needed for a while.
 *
 * @param neededAt when all of the desired capacity was last needed
 */
public record PoolState(Scope pool, int desired, int out, int waiting, Instant neededAt) {
    /** For so long less has to be needed before capacity is given up. */
    static final Duration IDLE = Duration.ofMinutes(5);

    /** @param state null if nothing was ever to be done in the pool */
    public static Decision<PoolState> decide(PoolState state, PoolInput input, Instant now) {
        var before = state == null ? new PoolState(input.pool(), 0, 0, 0, now) : state;
        var needed = Math.max(input.least(), Math.min(input.most(), input.out() + input.waiting()));
        if (needed > before.desired) {
            return before.scaled(input, needed, needed == input.least() ? "kept ready" : waits(input), now);
        }
        if (needed == before.desired) {
            return before.seen(state, input, now);
        }
        if (input.most() < before.desired) {
            return before.scaled(input, needed, "the pool may have " + input.most(), now);
        }
        return before.neededAt.plus(IDLE).isAfter(now)
                ? before.seen(state, input, before.neededAt)
                : before.scaled(input, needed, "less was needed for " + IDLE, now);
    }

    private static String waits(PoolInput input) {
        return input.out() + " attempts are out and " + input.waiting() + " wait"
                + (input.oldest() == null
                        ? ""
                        : ", the oldest for " + input.oldest().toSeconds() + " s");
    }

    /** What is seen often is stored only where it differs. */
    private Decision<PoolState> seen(PoolState stored, PoolInput input, Instant needed) {
        var same = stored != null
                && stored.out == input.out()
                && stored.waiting == input.waiting()
                && stored.neededAt.plus(IDLE.dividedBy(10)).isAfter(needed);
        return same
                ? Decision.unchanged(stored)
                : Decision.of(new PoolState(pool, desired, input.out(), input.waiting(), needed));
    }

    private Decision<PoolState> scaled(PoolInput input, int to, String cause, Instant now) {
        var key = pool.toString();
        return Decision.of(
                new PoolState(pool, to, input.out(), input.waiting(), now),
                new Outgoing(
                        key,
                        key + "=" + to,
                        null,
                        new ControlEvent.CapacityDesired(pool, desired, to, ControlEvent.PLATFORM, cause, now)));
    }
}
