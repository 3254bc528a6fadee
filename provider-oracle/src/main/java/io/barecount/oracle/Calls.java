package io.barecount.oracle;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How often each operation was called; also the clock by which things grow old. */
final class Calls {
    private final Map<Operation, Integer> ever = new EnumMap<>(Operation.class);
    private final Map<Operation, Integer> reset = new EnumMap<>(Operation.class);

    synchronized void count(Operation operation) {
        ever.merge(operation, 1, Integer::sum);
    }

    synchronized Map<String, Integer> sinceReset() {
        var counts = new TreeMap<String, Integer>();
        ever.forEach((operation, count) -> {
            var since = count - reset.getOrDefault(operation, 0);
            if (since > 0) {
                counts.put(operation.api(), since);
            }
        });
        return counts;
    }

    synchronized void reset() {
        reset.putAll(ever);
    }

    synchronized Birth birth() {
        return new Birth(new EnumMap<>(ever));
    }

    /** When a thing came to be, measured in calls. */
    final class Birth {
        private final Map<Operation, Integer> then;

        private Birth(Map<Operation, Integer> then) {
            this.then = then;
        }

        /** How many calls of this operation there have been since. */
        int age(Operation operation) {
            synchronized (Calls.this) {
                return ever.getOrDefault(operation, 0) - then.getOrDefault(operation, 0);
            }
        }
    }
}
