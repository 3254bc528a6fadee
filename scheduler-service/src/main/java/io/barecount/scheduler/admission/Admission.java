package io.barecount.scheduler.admission;

import io.barecount.contracts.control.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Hands out room among runs. Namespaces take turns: the next attempt goes to the one that has used the least for its weight, in
 * estimated cost, where what was used counts half after each half-life. Within a namespace the runs go by rank, that is by arrival with
 * a head start for priority, but for those that a limit of their own holds back: they let others pass.
 *
 * <p>Nobody saves up by being idle: a namespace that comes back counts as having used at least {@link #RETURNING} of what the least
 * served of those at work has. So while it has something that no limit of its own holds back, a namespace {@code i} waits until the
 * others have been served what they lag behind, and no longer: at most {@code (1 - RETURNING) × used(i)/weight(i) × Σ weight(j)} of cost
 * and one attempt of each. {@code used/weight} is bounded too: by what the platform can spend in {@code halfLife / ln 2}.
 *
 * @param halfLife of what was used
 */
public record Admission(Limits limits, Duration halfLife) {
    /** The part of the others' use that a namespace which was idle counts as its own. */
    public static final double RETURNING = 0.9;

    /** A namespace is at work if it has attempts out, or was given some within this time. */
    private static final Duration LATELY = Duration.ofMinutes(1);

    /** What an attempt counts as if it is expected to cost nothing. */
    private static final double COST_MIN = 1e-9;

    /** What is out, by scope. */
    public static Map<Scope, Integer> byScope(Map<Lane, Integer> held) {
        var sums = new HashMap<Scope, Integer>();
        held.forEach((lane, attempts) -> lane.scopes().forEach(scope -> sums.merge(scope, attempts, Integer::sum)));
        return sums;
    }

    /**
     * @param held attempts that are out
     * @param used as the last round left it
     * @param starts tokens, as the last round left them
     * @param most attempts to hand out in this round
     */
    public Round round(
            Collection<Queue> queues,
            Map<Lane, Integer> held,
            Map<String, Meter> used,
            Map<Scope, Meter> starts,
            Instant now,
            int most) {
        var room = new Room(byScope(held), starts, now);
        var turns = turns(queues, held, used, now);
        var grants = new LinkedHashMap<String, Integer>();
        var changed = new HashMap<String, Meter>();
        var blocked = new HashMap<Lane, Hold>();
        var left = most;
        var cutOff = false;
        while (left > 0 && !turns.isEmpty()) {
            var tenant = turns.poll();
            var line = tenant.lines.poll();
            var hold = room.hold(line.lane);
            if (hold != null) {
                blocked.put(line.lane, hold);
            } else {
                var candidate = line.take();
                room.take(line.lane);
                grants.merge(candidate.run(), 1, Integer::sum);
                left--;
                tenant.charge(candidate.taskCost());
                changed.put(tenant.namespace, new Meter(tenant.used, now));
                if (line.isEmpty()) {
                    cutOff = true;
                } else {
                    tenant.lines.add(line);
                }
            }
            if (!tenant.lines.isEmpty()) {
                turns.add(tenant);
            }
        }
        return new Round(grants, changed, room.changedStarts, blocked, cutOff || !turns.isEmpty());
    }

    /** All that keeps a lane from dispatching, the widest scope first; empty if it is only that others are before it. */
    public List<Hold> holds(Lane lane, Map<Lane, Integer> held, Map<Scope, Meter> starts, Instant now) {
        var room = new Room(byScope(held), starts, now);
        return lane.scopes().stream()
                .map(room::hold)
                .filter(hold -> hold != null)
                .toList();
    }

    private PriorityQueue<Tenant> turns(
            Collection<Queue> queues, Map<Lane, Integer> held, Map<String, Meter> used, Instant now) {
        var tenants = new HashMap<String, Tenant>();
        for (var queue : queues) {
            if (!queue.candidates().isEmpty()) {
                tenants.computeIfAbsent(queue.lane().namespace(), name -> {
                            var meter = used.get(name);
                            var spent = meter == null ? 0 : meter.decayed(now, halfLife);
                            var lately =
                                    meter != null && meter.at().plus(LATELY).isAfter(now);
                            return new Tenant(name, limits.weight(name), spent, lately);
                        })
                        .lines
                        .add(new Line(queue));
            }
        }
        held.forEach((lane, attempts) -> {
            var tenant = tenants.get(lane.namespace());
            if (tenant != null && attempts > 0) {
                tenant.atWork = true;
            }
        });
        var least = tenants.values().stream()
                .filter(tenant -> tenant.atWork)
                .mapToDouble(Tenant::served)
                .min()
                .orElse(0);
        tenants.values().stream().filter(tenant -> !tenant.atWork).forEach(tenant -> tenant.countAsUsed(least));
        var turns = new PriorityQueue<>(Comparator.comparingDouble(Tenant::served)
                .thenComparing(tenant -> tenant.lines.peek().rank())
                .thenComparing(tenant -> tenant.namespace));
        turns.addAll(tenants.values());
        return turns;
    }

    private static final class Tenant {
        private final String namespace;
        private final double weight;
        private final PriorityQueue<Line> lines = new PriorityQueue<>(Comparator.comparing(Line::rank)
                .thenComparing(line -> line.left.peek().run()));
        private double used;
        private boolean atWork;

        Tenant(String namespace, double weight, double used, boolean atWork) {
            this.namespace = namespace;
            this.weight = weight;
            this.used = used;
            this.atWork = atWork;
        }

        double served() {
            return used / weight;
        }

        void charge(double cost) {
            used += Math.max(cost, COST_MIN);
        }

        void countAsUsed(double servedByTheLeast) {
            used = Math.max(used, RETURNING * servedByTheLeast * weight);
        }
    }

    private static final class Line {
        private final Lane lane;
        private final ArrayDeque<Queue.Candidate> left;
        private int taken;

        Line(Queue queue) {
            lane = queue.lane();
            left = new ArrayDeque<>(queue.candidates());
        }

        Instant rank() {
            return left.peek().rank();
        }

        Queue.Candidate take() {
            var head = left.peek();
            if (++taken == head.wanted()) {
                taken = 0;
                left.poll();
            }
            return head;
        }

        boolean isEmpty() {
            return left.isEmpty();
        }
    }

    /** What is left of each limit while a round hands it out. */
    private final class Room {
        private final Map<Scope, Integer> held;
        private final Map<Scope, Meter> starts;
        private final Map<Scope, Meter> changedStarts = new HashMap<>();
        private final Instant now;

        Room(Map<Scope, Integer> held, Map<Scope, Meter> starts, Instant now) {
            this.held = held;
            this.starts = starts;
            this.now = now;
        }

        Hold hold(Lane lane) {
            for (var scope : lane.scopes()) {
                var hold = hold(scope);
                if (hold != null) {
                    return hold;
                }
            }
            return null;
        }

        Hold hold(Scope scope) {
            var closed = limits.closed(scope);
            if (closed != null) {
                return new Hold.Closed(scope, closed);
            }
            var most = limits.most(scope);
            var out = held.getOrDefault(scope, 0);
            if (out >= most) {
                return new Hold.Full(scope, most, out);
            }
            var rate = limits.startsPerSecond(scope);
            return rate != null && tokens(scope, rate) < 1 ? new Hold.Throttled(scope, rate) : null;
        }

        void take(Lane lane) {
            for (var scope : lane.scopes()) {
                held.merge(scope, 1, Integer::sum);
                var rate = limits.startsPerSecond(scope);
                if (rate != null) {
                    changedStarts.put(scope, new Meter(tokens(scope, rate) - 1, now));
                }
            }
        }

        private double tokens(Scope scope, double perSecond) {
            var burst = Math.max(1, perSecond);
            var meter = changedStarts.getOrDefault(scope, starts.get(scope));
            return meter == null ? burst : meter.filled(now, perSecond, burst);
        }
    }
}
