package io.barecount.scheduler.pool;

import io.barecount.contracts.control.Scope;
import java.time.Duration;

/**
 * What a pool has to do.
 *
 * @param out attempts that are out
 * @param waiting attempts that would be, if there were room
 * @param oldest for how long the oldest run of these has been waiting; null if none waits
 * @param least capacity that is kept though nothing is to be done
 * @param most capacity that may not be exceeded
 */
public record PoolInput(Scope pool, int out, int waiting, Duration oldest, int least, int most) {}
