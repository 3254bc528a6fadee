package io.barecount.contracts.agent;

import java.time.Duration;

/**
 * An agent has started. A later session ends an earlier one: of two with the same identity only one works.
 *
 * @param place where its journal lies and since which start of the machine; from the same place a session is opened at once, as the one
 *     before it is certainly over, and from another only when the one before it has not been heard of for its lease
 * @param version of the agent's program
 */
public record Session(String place, String version) {
    /** @param lease how long after a beat all that the agent holds is taken for lost, unless another comes */
    public record Answer(long session, Duration lease) {}
}
