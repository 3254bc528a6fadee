package io.barecount.scheduler.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.barecount.contracts.control.Scope;
import io.barecount.contracts.manifest.Manifest.Priority;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.scheduler.run.Demand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a round hands out, and to whom; and what many rounds come to. */
class AdmissionTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Duration HALF_LIFE = Duration.ofMinutes(5);

    private final Map<Scope, Control> controls = new HashMap<>();
    private final Map<Lane, Integer> held = new HashMap<>();
    private final List<Queue> queues = new ArrayList<>();

    private static Lane lane(String namespace, String pipeline) {
        return new Lane(namespace, pipeline, RunnerType.LAMBDA, "core");
    }

    private void queued(Lane lane, Queue.Candidate... runs) {
        queues.add(new Queue(lane, List.of(runs)));
    }

    private static Queue.Candidate run(String id, int wanted, Priority priority, Duration after) {
        return new Queue.Candidate(id, wanted, Demand.rank(priority, NOON.plus(after)), 1);
    }

    private static Queue.Candidate run(String id, int wanted) {
        return run(id, wanted, Priority.NORMAL, Duration.ZERO);
    }

    private void limit(Scope scope, int most) {
        controls.put(scope, new Control(scope, null, most, null, null, 1));
    }

    private Round round(int most) {
        return round(new Admission(new Limits(controls.values(), Map.of()), HALF_LIFE), Map.of(), NOON, most);
    }

    private Round round(Admission admission, Map<Scope, Meter> starts, Instant now, int most) {
        return admission.round(queues, held, Map.of(), starts, now, most);
    }

    @Test
    void withoutLimitsAllGetWhatTheyWant() {
        queued(lane("a", "p"), run("a1", 3), run("a2", 1));
        queued(lane("b", "p"), run("b1", 2));

        assertThat(round(100).grants()).containsOnly(Map.entry("a1", 3), Map.entry("a2", 1), Map.entry("b1", 2));
    }

    @Test
    void everyScopeOfALaneHoldsItBackAndIsNamedWithItsValueAndItsUse() {
        var lane = lane("a", "p");
        for (var scope : lane.scopes()) {
            controls.clear();
            queues.clear();
            held.put(lane, 2);
            limit(scope, 4);
            queued(lane, run("a1", 9));

            var round = round(100);

            assertThat(round.grants()).as("%s", scope).containsOnly(Map.entry("a1", 2));
            assertThat(round.blocked()).containsEntry(lane, new Hold.Full(scope, 4, 4));
        }
    }

    @Test
    void whatOthersHoldOfASharedScopeCounts() {
        held.put(lane("b", "q"), 7);
        limit(Scope.pool(RunnerType.LAMBDA, "core"), 8);
        queued(lane("a", "p"), run("a1", 9));

        assertThat(round(100).grants()).containsOnly(Map.entry("a1", 1));
    }

    @Test
    void aLaneThatIsHeldBackLetsOthersOfItsNamespacePass() {
        held.put(lane("a", "full"), 1);
        limit(Scope.pipeline("a", "full"), 1);
        queued(lane("a", "full"), run("first", 1));
        queued(lane("a", "open"), run("second", 1, Priority.NORMAL, Duration.ofHours(1)));

        assertThat(round(100).grants()).containsOnlyKeys("second");
    }

    @Test
    void aClosedScopeGetsNothingAndSaysWhy() {
        var lane = lane("a", "p");
        controls.put(
                Scope.boundary("core"), new Control(Scope.boundary("core"), "paused: cable cut", null, null, null, 1));
        queued(lane, run("a1", 1));

        var round = round(100);

        assertThat(round.grants()).isEmpty();
        assertThat(round.blocked()).containsEntry(lane, new Hold.Closed(Scope.boundary("core"), "paused: cable cut"));
    }

    @Test
    void startsAreMeteredByTime() {
        var lambda = Scope.runnerType(RunnerType.LAMBDA);
        controls.put(lambda, new Control(lambda, null, null, null, 5.0, 1));
        var admission = new Admission(new Limits(controls.values(), Map.of()), HALF_LIFE);
        queued(lane("a", "p"), run("a1", 100));

        var first = round(admission, Map.of(), NOON, 100);
        assertThat(first.grants()).containsOnly(Map.entry("a1", 5));
        assertThat(first.blocked().values()).containsExactly(new Hold.Throttled(lambda, 5));
        assertThat(round(admission, first.starts(), NOON.plusMillis(400), 100).grants())
                .containsOnly(Map.entry("a1", 2));
    }

    @Test
    void priorityGoesFirstAndWhoeverWaitsLongEnoughGoesBeforeIt() {
        queued(
                lane("a", "p"),
                run("high", 1, Priority.HIGH, Duration.ofMinutes(1)),
                run("normal", 1, Priority.NORMAL, Duration.ZERO));
        queued(lane("a", "q"), run("low", 1, Priority.LOW, Duration.ZERO));
        assertThat(round(2).grants().keySet()).containsExactly("high", "normal");

        queues.clear();
        queued(
                lane("a", "p"),
                run("high", 1, Priority.HIGH, Demand.AGEING.multipliedBy(2).plusSeconds(1)));
        queued(lane("a", "q"), run("low", 1, Priority.LOW, Duration.ZERO));
        assertThat(round(1).grants().keySet()).containsExactly("low");
    }

    /** A large low-priority batch that is halfway through its tasks, and an urgent run that comes then: it gets the next room. */
    @Test
    void nothingOfLowerPriorityStartsWhileAnUrgentRunCouldUseTheRoom() {
        limit(Scope.PLATFORM, 10);
        var batch = lane("a", "batch");
        held.put(batch, 9);
        queued(batch, run("batch", 1000, Priority.LOW, Duration.ofMinutes(-5)));
        queued(lane("a", "urgent"), run("urgent", 1, Priority.HIGH, Duration.ZERO));

        assertThat(round(100).grants()).containsOnly(Map.entry("urgent", 1));
    }

    @Test
    void threeTenantsOfUnequalQueuesGetSharesByTheirWeights() {
        var market = new Market(40, HALF_LIFE);
        market.tenant("one", 1, 1.0, 100_000);
        market.tenant("two", 2, 0.5, 1_000_000);
        market.tenant("four", 4, 2.0, 50_000);

        market.play(Duration.ofMinutes(30));

        assertThat(market.share("one")).isCloseTo(1 / 7.0, within(0.05 / 7));
        assertThat(market.share("two")).isCloseTo(2 / 7.0, within(0.1 / 7));
        assertThat(market.share("four")).isCloseTo(4 / 7.0, within(0.2 / 7));
        System.out.printf(
                "shares of tenants 1:2:4: %.4f %.4f %.4f%n",
                market.share("one"), market.share("two"), market.share("four"));
    }

    /** The bound that {@link Admission} states, for the smallest tenant among two that have been at it for long. */
    @Test
    void whoComesLateWaitsNoLongerThanTheStatedBound() {
        var market = new Market(40, HALF_LIFE);
        market.tenant("two", 2, 1, 1_000_000);
        market.tenant("four", 4, 1, 1_000_000);
        market.play(Duration.ofMinutes(20));
        market.tenant("one", 1, 1, 1_000);

        market.play(Duration.ofMinutes(2));

        assertThat(market.longestWait("one")).isLessThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(market.longestWait("two")).isLessThanOrEqualTo(market.bound("two", "one"));
        assertThat(market.longestWait("four")).isLessThanOrEqualTo(market.bound("four", "one"));
        System.out.printf(
                "waits: the newcomer %s, the others %s and %s, bounds %s and %s%n",
                market.longestWait("one"),
                market.longestWait("two"),
                market.longestWait("four"),
                market.bound("two", "one"),
                market.bound("four", "one"));
    }

    /** A platform of so many places, where each attempt takes as many seconds as it costs, and tenants that always want more. */
    private static final class Market {
        private record Out(String tenant, Instant until) {}

        private static final class Tenant {
            double weight;
            double cost;
            int left;
            double served;
            Instant lastServed;
            Duration longestWait = Duration.ZERO;
        }

        private final Map<String, Tenant> tenants = new HashMap<>();
        private final List<Out> out = new ArrayList<>();
        private final int places;
        private final Duration halfLife;
        private Map<String, Meter> used = new HashMap<>();
        private Instant now = NOON;

        Market(int places, Duration halfLife) {
            this.places = places;
            this.halfLife = halfLife;
        }

        void tenant(String name, double weight, double cost, int tasks) {
            var tenant = new Tenant();
            tenant.weight = weight;
            tenant.cost = cost;
            tenant.left = tasks;
            tenant.lastServed = now;
            tenants.put(name, tenant);
        }

        void play(Duration time) {
            for (var end = now.plus(time); now.isBefore(end); now = now.plusMillis(100)) {
                out.removeIf(attempt -> !attempt.until().isAfter(now));
                var round = new Admission(new Limits(weights(), Map.of(Scope.Kind.PLATFORM, places)), halfLife)
                        .round(queues(), held(), used, Map.of(), now, 500);
                used.putAll(round.used());
                round.grants().forEach((run, attempts) -> {
                    var tenant = tenants.get(run);
                    tenant.left -= attempts;
                    tenant.served += attempts * tenant.cost;
                    var waited = Duration.between(tenant.lastServed, now);
                    tenant.longestWait = waited.compareTo(tenant.longestWait) > 0 ? waited : tenant.longestWait;
                    tenant.lastServed = now;
                    for (var i = 0; i < attempts; i++) {
                        out.add(new Out(run, now.plusMillis((long) (tenant.cost * 1000))));
                    }
                });
            }
        }

        private Collection<Control> weights() {
            return tenants.entrySet().stream()
                    .map(entry -> new Control(
                            Scope.namespace(entry.getKey()), null, null, null, null, entry.getValue().weight))
                    .toList();
        }

        private List<Queue> queues() {
            return tenants.entrySet().stream()
                    .filter(entry -> entry.getValue().left > 0)
                    .map(entry -> new Queue(
                            lane(entry.getKey(), "p"),
                            List.of(new Queue.Candidate(
                                    entry.getKey(), entry.getValue().left, NOON, entry.getValue().cost))))
                    .toList();
        }

        private Map<Lane, Integer> held() {
            var held = new HashMap<Lane, Integer>();
            out.forEach(attempt -> held.merge(lane(attempt.tenant(), "p"), 1, Integer::sum));
            return held;
        }

        double share(String name) {
            return tenants.get(name).served
                    / tenants.values().stream()
                            .mapToDouble(tenant -> tenant.served)
                            .sum();
        }

        Duration longestWait(String name) {
            return tenants.get(name).longestWait;
        }

        /** What the newcomer lags behind, at the rate at which the places serve; and one attempt of each. */
        Duration bound(String name, String newcomer) {
            var halfLifeOverLn2 = halfLife.toSeconds() / Math.log(2);
            var others = tenants.values().stream()
                    .filter(tenant -> tenant != tenants.get(newcomer))
                    .mapToDouble(tenant -> tenant.weight)
                    .sum();
            var served = halfLifeOverLn2 / others;
            var lag = (1 - Admission.RETURNING) * served * tenants.get(newcomer).weight;
            var attempts =
                    tenants.values().stream().mapToDouble(tenant -> tenant.cost).sum();
            return Duration.ofMillis((long) (1000 * (lag + attempts)));
        }
    }
}
