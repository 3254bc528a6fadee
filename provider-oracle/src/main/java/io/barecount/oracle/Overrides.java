package io.barecount.oracle;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Lets the provider break its word: what the next started thing really gets, whatever was asked for. */
public final class Overrides {
    /** Null is as asked. */
    public record Placement(String subnet, Boolean publicIp, List<String> securityGroups) {
        static final Placement AS_ASKED = new Placement(null, null, null);

        public static Placement inSubnet(String subnet) {
            return new Placement(subnet, null, null);
        }

        public static Placement publicIp(boolean publicIp) {
            return new Placement(null, publicIp, null);
        }

        public static Placement withSecurityGroups(String... groups) {
            return new Placement(null, null, List.of(groups));
        }
    }

    private final Queue<Placement> tasks = new ArrayDeque<>();
    private final Queue<Placement> instances = new ArrayDeque<>();

    /** For the next ECS tasks, one each. */
    public synchronized Overrides nextTask(Placement... placements) {
        tasks.addAll(List.of(placements));
        return this;
    }

    /** For the next EC2 instances, one each. */
    public synchronized Overrides nextInstance(Placement... placements) {
        instances.addAll(List.of(placements));
        return this;
    }

    synchronized Placement takeForTask() {
        return tasks.isEmpty() ? Placement.AS_ASKED : tasks.remove();
    }

    synchronized Placement takeForInstance() {
        return instances.isEmpty() ? Placement.AS_ASKED : instances.remove();
    }
}
