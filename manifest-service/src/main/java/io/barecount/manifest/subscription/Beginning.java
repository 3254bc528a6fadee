package io.barecount.manifest.subscription;

import io.barecount.contracts.manifest.Manifest.From;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a subscription goes on in the partitions of its topic, as the topic is now.
 *
 * @param topicId that the broker gave the topic when it was created
 * @param first by partition, the oldest record that is still there
 * @param end by partition, behind the newest record
 */
public record Beginning(String topicId, Map<Integer, Long> first, Map<Integer, Long> end) {
    public Beginning {
        first = Map.copyOf(first);
        end = Map.copyOf(end);
    }

    /**
     * Where it was.
     *
     * @param next by partition; empty if it was never on this topic
     * @param left whether no version of its pipeline subscribed meanwhile
     */
    public record Before(String topicId, Map<Integer, Long> next, boolean left) {
        public Before {
            next = Map.copyOf(next);
        }

        public static final Before NEVER = new Before(null, Map.of(), false);
    }

    /** Whether there is anything to decide: a subscription that is on every partition goes on by itself. */
    public static boolean isNeeded(Before before, String topicId, int partitions) {
        return before.left()
                || !topicId.equals(before.topicId())
                || before.next().size() < partitions;
    }

    /**
     * The next record of each partition. {@code from} counts where the subscription is new, or was left: then {@code latest} passes over what
     * nobody asked for, and {@code earliest} goes on where it was. A partition that is added later, and a topic that is made anew under
     * its name, hold nothing that was read before.
     */
    public Map<Integer, Long> next(Before before, From from) {
        var next = new HashMap<Integer, Long>();
        for (var partition : first.keySet()) {
            if (before.next().isEmpty()) {
                next.put(partition, from == From.LATEST ? end.get(partition) : first.get(partition));
            } else if (!topicId.equals(before.topicId()) || !before.next().containsKey(partition)) {
                next.put(partition, first.get(partition));
            } else if (before.left() && from == From.LATEST) {
                next.put(partition, end.get(partition));
            } else {
                next.put(partition, before.next().get(partition));
            }
        }
        return next;
    }
}
