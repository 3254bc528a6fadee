package io.barecount.gateway.drive;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.attempt.AttemptState.Driven;
import io.barecount.gateway.attempt.Attempts.Provider;
import io.barecount.gateway.boundary.BoundaryCheck;
import io.barecount.gateway.boundary.BoundaryReader;
import io.barecount.gateway.runner.Observation;
import io.barecount.gateway.runner.Runner.Followed;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.gateway.store.BeatRow;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Follows what providers took: asks for all of it in few calls, ends what is over, stops what is to be stopped until the provider says
 * that it has, looks for what is in doubt, and compares the network with the boundary again and again.
 */
@ApplicationScoped
public class Follow {
    private static final Logger LOG = Logger.getLogger(Follow.class);

    /** A network that can't be read for so many times its usual age is taken for changed. */
    private static final int UNREAD_MAX = 5;

    private final Drive drive;
    private final Runners runners;
    private final BoundaryReader networks;
    private final GatewayConfig config;
    private final Map<Boundary, Instant> lastRead = new HashMap<>();

    /** What is followed, as it was when it was last read. */
    private final Map<String, Live> known = new HashMap<>();

    private final Set<String> hinted = ConcurrentHashMap.newKeySet();

    private final Instant upSince = Clock.systemUTC().instant();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("follow").factory());

    Follow(Drive drive, Runners runners, BoundaryReader networks, GatewayConfig config) {
        this.drive = drive;
        this.runners = runners;
        this.networks = networks;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        if (config.provider() == Provider.AWS) {
            var every = config.drive().followEvery().toMillis();
            timer.scheduleWithFixedDelay(this::follow, every, every, TimeUnit.MILLISECONDS);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    /**
     * Asks at once about those that a provider says something has happened to. What it says is not taken for true, and asking goes on as ever
     * without it.
     *
     * @param handles by which providers know attempts; others' are no matter
     */
    public void changed(Set<String> handles) {
        hinted.addAll(handles);
        if (config.provider() == Provider.AWS && !handles.isEmpty()) {
            timer.execute(this::followHinted);
        }
    }

    /** All that has come until now in one look. */
    private void followHinted() {
        var handles = Set.copyOf(hinted);
        hinted.removeAll(handles);
        if (handles.isEmpty()) {
            return;
        }
        try {
            refresh();
            observe(known.values().stream()
                    .filter(one -> handles.contains(one.state().handle()))
                    .filter(one -> !drive.isInWork(one.row()))
                    .toList());
        } catch (RuntimeException e) {
            LOG.warnf("what is said to have happened is found out when it is looked for next: %s", e.getMessage());
        }
    }

    private record Live(AttemptRow row, Driven state) {
        Followed followed() {
            return new Followed(state.handle(), state.request(), state.intendedAt());
        }

        Boundary boundary() {
            return state.work().boundary();
        }
    }

    private void follow() {
        try {
            var now = now();
            refresh();
            var live = known.values().stream()
                    .filter(one -> !drive.isInWork(one.row()))
                    .toList();
            var beats = QuarkusTransaction.requiringNew().call(BeatRow::all);
            live.forEach(one -> settle(one, beats.get(one.row().id), now));
            observe(live);
            compareNetworks(live, now);
            forgetBeats(beats, live);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e, "following attempts failed; again in %s", config.drive().followEvery());
        }
    }

    /** Most attempts have not changed since the last look: only those that have are read again. */
    private void refresh() {
        var changed = QuarkusTransaction.requiringNew().call(() -> {
            var driven = AttemptRow.driven();
            known.keySet().retainAll(driven.keySet());
            driven.entrySet()
                    .removeIf(one -> known.containsKey(one.getKey())
                            && known.get(one.getKey()).row().updatedAt.equals(one.getValue()));
            return AttemptRow.these(driven.keySet());
        });
        for (var row : changed) {
            if (Json.read(row.state, AttemptState.class) instanceof Driven driven) {
                known.put(row.id, new Live(row, driven));
            } else {
                known.remove(row.id);
            }
        }
    }

    /** What time alone says about it. */
    private void settle(Live one, Instant beat, Instant now) {
        var state = one.state();
        var type = state.work().runnerType();
        var drives = config.drive();
        var age = Duration.between(state.intendedAt(), now);
        if (state.handle() == null && state.holder() == null) {
            var doubtMax = runners.of(type).doubtMax(state.work(), drives.doubtMax());
            if (state.doubt() != null && age.compareTo(doubtMax) > 0) {
                drive.submit(
                        one.row().id,
                        new AttemptInput.GivenUp(
                                FailureClass.IN_DOUBT,
                                "whether " + type + " started it could not be found out within " + doubtMax + ": "
                                        + state.doubt() + ". Its claim is void, so nothing of it has an effect"));
            } else if (state.doubt() != null || age.compareTo(drives.recoverAfter()) > 0) {
                drive.besides(one.row(), () -> drive.recover(one.row(), state));
            }
            return;
        }
        if (state.holder() == null) {
            if (state.ending() == null && age.compareTo(drives.startTimeout()) > 0) {
                drive.submit(
                        one.row().id,
                        new AttemptInput.Overdue(
                                FailureClass.NOT_STARTED,
                                "the workload did not ask for its claim within " + drives.startTimeout()
                                        + ": does the network let it reach the gateway?"));
            }
            return;
        }
        var timeout = state.work().spec().manifest().spec().execution().timeout();
        if (state.ending() == null
                && state.holder().at().plus(timeout).plus(drives.timeoutGrace()).isBefore(now)) {
            drive.submit(
                    one.row().id,
                    new AttemptInput.Overdue(FailureClass.TIMED_OUT, "stopped after its timeout of " + timeout));
        }
        silence(one, beat, now);
    }

    /** A gateway that was away itself gives workloads time to be heard of again. */
    private void silence(Live one, Instant beat, Instant now) {
        var state = one.state();
        var silenceMax = config.drive().silenceMax();
        var heard = Stream.of(beat == null ? state.holder().at() : beat, upSince)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        var silent = Duration.between(heard, now);
        if (state.handle() == null && silent.compareTo(silenceMax) > 0) {
            drive.submit(
                    one.row().id,
                    new AttemptInput.GivenUp(
                            FailureClass.INTERRUPTED, "its workload was not heard of for " + silenceMax));
        } else if (state.handle() != null
                && state.ending() == null
                && silent.compareTo(silenceMax.multipliedBy(2)) > 0) {
            drive.submit(
                    one.row().id,
                    new AttemptInput.Overdue(
                            FailureClass.INTERRUPTED,
                            "its workload was not heard of for " + silenceMax.multipliedBy(2)));
        }
    }

    private void observe(List<Live> live) {
        var byType = live.stream()
                .filter(one -> one.state().handle() != null)
                .collect(Collectors.groupingBy(one -> one.state().work().runnerType()));
        byType.forEach((type, ones) -> {
            try {
                observe(type, ones);
            } catch (RuntimeException e) {
                LOG.warnf("%s can't be asked what became of %d attempts: %s", type, ones.size(), e.getMessage());
            }
        });
    }

    private void observe(RunnerType type, List<Live> ones) {
        var runner = runners.of(type);
        var said = runner.observe(ones.stream().map(Live::followed).toList());
        var submitted = new ArrayList<CompletableFuture<AttemptState>>();
        for (var one : ones) {
            var observation = said.get(one.state().handle());
            if (observation != null && !isNews(one, observation)) {
                observation = null;
            }
            if (observation != null) {
                submitted.add(drive.submit(one.row().id, new AttemptInput.Observed(observation)));
            }
            if (one.state().ending() != null && !(observation instanceof Observation.Ended)) {
                runner.stop(one.followed());
            }
        }
        submitted.forEach(CompletableFuture::join);
    }

    private static boolean isNews(Live one, Observation observation) {
        return !(observation instanceof Observation.Alive alive)
                || (alive.network() != null
                        && !alive.network().equals(one.state().networkObserved()));
    }

    /** Each boundary's network as it was after the youngest of its attempts was started. */
    private void compareNetworks(List<Live> live, Instant now) {
        var byBoundary = live.stream()
                .filter(one -> one.state().ending() == null)
                .collect(Collectors.groupingBy(Live::boundary));
        lastRead.keySet().retainAll(byBoundary.keySet());
        byBoundary.forEach((boundary, ones) -> {
            var youngest = ones.stream()
                    .map(one -> one.state().intendedAt())
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            var oldest = now.minus(config.drive().networkKnownFor());
            violation(boundary, youngest.isAfter(oldest) ? youngest : oldest, now)
                    .ifPresent(violation -> ones.stream()
                            .map(one -> drive.submit(
                                    one.row().id, new AttemptInput.Observed(new Observation.Outside(violation))))
                            .toList()
                            .forEach(CompletableFuture::join));
        });
    }

    private Optional<String> violation(Boundary boundary, Instant notOlderThan, Instant now) {
        try {
            var facts = networks.read(boundary, notOlderThan);
            lastRead.put(boundary, now);
            var violations = BoundaryCheck.violations(boundary, facts);
            return violations.isEmpty()
                    ? Optional.empty()
                    : Optional.of("the network changed: " + String.join("; ", violations));
        } catch (BoundaryReader.CannotSay e) {
            LOG.warnf("the network of boundary %s can't be read: %s", boundary.name(), e.getMessage());
            var unreadMax = config.drive().networkKnownFor().multipliedBy(UNREAD_MAX);
            var since = lastRead.computeIfAbsent(boundary, b -> now);
            return Duration.between(since, now).compareTo(unreadMax) > 0
                    ? Optional.of(
                            "for " + unreadMax + " nobody could say whether the boundary holds: " + e.getMessage())
                    : Optional.empty();
        }
    }

    private static void forgetBeats(Map<String, Instant> beats, List<Live> live) {
        var ids = live.stream().map(one -> one.row().id).collect(Collectors.toSet());
        var ended = beats.keySet().stream().filter(id -> !ids.contains(id)).toList();
        if (!ended.isEmpty()) {
            QuarkusTransaction.requiringNew().run(() -> BeatRow.forgetEnded());
        }
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }
}
