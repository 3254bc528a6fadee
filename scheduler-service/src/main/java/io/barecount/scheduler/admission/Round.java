package io.barecount.scheduler.admission;

import io.barecount.contracts.control.Scope;
import java.util.Map;

/**
 * What a round came to.
 *
 * @param grants attempts that each run may dispatch, in the order in which they were given
 * @param used by namespace, as it stands after the grants; only what has changed
 * @param starts tokens left of each start rate; only what has changed
 * @param blocked lanes with something to dispatch, and the first thing that keeps them from it
 * @param more whether there is room and demand for another round
 */
public record Round(
        Map<String, Integer> grants,
        Map<String, Meter> used,
        Map<Scope, Meter> starts,
        Map<Lane, Hold> blocked,
        boolean more) {}
