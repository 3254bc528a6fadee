package io.barecount.testing.aws;

import java.util.Map;
import java.util.TreeMap;

/** How often each operation was called; also the clock by which things grow old. */
final class Calls {
    private final int[] ever = new int[Operation.values().length];
    private final int[] reset = ever.clone();

    synchronized void count(Operation operation) {
        ever[operation.ordinal()]++;
    }

    synchronized Map<String, Integer> sinceReset() {
        var counts = new TreeMap<String, Integer>();
        for (var operation : Operation.values()) {
            var count = ever[operation.ordinal()] - reset[operation.ordinal()];
            if (count > 0) {
                counts.put(operation.api(), count);
            }
        }
        return counts;
    }

    synchronized void reset() {
        System.arraycopy(ever, 0, reset, 0, ever.length);
    }

    synchronized Birth birth() {
        return new Birth(ever.clone());
    }

    /** When a thing came to be, measured in calls. */
    final class Birth {
        private final int[] then;

        private Birth(int[] then) {
            this.then = then;
        }

        /** How many calls of this operation there have been since. */
        int age(Operation operation) {
            synchronized (Calls.this) {
                return ever[operation.ordinal()] - then[operation.ordinal()];
            }
        }
    }
}
