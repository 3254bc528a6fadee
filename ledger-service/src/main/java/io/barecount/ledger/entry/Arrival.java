package io.barecount.ledger.entry;

import java.time.Instant;
import java.util.List;

/**
 * A record as it came from the broker, byte for byte.
 *
 * @param time the broker's
 * @param key null if it has none
 * @param headers in order; a name may come more than once
 * @param value null if it has none
 */
public record Arrival(
        String topic, int partition, long offset, Instant time, byte[] key, List<Header> headers, byte[] value) {
    public Arrival {
        headers = List.copyOf(headers);
    }

    /** @param value may be null */
    public record Header(String name, byte[] value) {}
}
