package io.barecount.manifest.window;

import io.barecount.contracts.manifest.Manifest;
import java.time.Duration;

/**
 * When a window closes: whichever is reached first.
 *
 * @param most occurrences in it
 * @param within since the first of them
 */
public record WindowLimit(int most, Duration within) {
    public static WindowLimit of(Manifest.DeliveryBatch batch) {
        return new WindowLimit(batch.events(), batch.within());
    }

    public static WindowLimit of(Manifest.RecordBatch batch) {
        return new WindowLimit(batch.records(), batch.within());
    }
}
