package io.barecount.messaging.stage;

import java.time.Instant;

/**
 * A stage's business: a pure function. The same arguments give the same decision, whenever and wherever it is asked; it does no I/O
 * and takes the time from its argument. Where a decision needs more than its own state, such as sums over all keys, a service's wiring
 * reads and writes that around the pure function, in the transaction of the batch.
 *
 * <p>An input that was decided before must change nothing: batches are repeated after a crash.
 */
@FunctionalInterface
public interface Decide<S, I> {
    /** @param state null if nothing is known of this key yet */
    Decision<S> decide(S state, I input, Instant now);
}
