package io.barecount.scheduler.simulation;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.control.Scope;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.run.RunEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.scheduler.Pipeline;
import io.barecount.scheduler.admission.Admission;
import io.barecount.scheduler.admission.Control;
import io.barecount.scheduler.admission.Lane;
import io.barecount.scheduler.admission.Limits;
import io.barecount.scheduler.admission.Meter;
import io.barecount.scheduler.admission.Queue;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Many runs under limits, from a seed: the database's rows, the rounds of instances that crash, repeat themselves and leave out what
 * another one has locked, and gateways that answer in any order. Beside it a model that is as simple as can be: the set of the attempts
 * that were told to start and have not been said to have ended.
 */
final class Platform {
    private static final int STEPS_MAX = 20_000;
    private static final List<String> NAMESPACES = List.of("a", "b", "c");
    private static final List<String> PIPELINES = List.of("p", "q");

    private static final class Row {
        private RunState state;
        private Pipeline pipeline;
        private FakeGateway gateway;
        private Lane lane;
        private final List<RunInput> delivered = new ArrayList<>();
    }

    final List<String> violations = new ArrayList<>();
    int preempted;
    int retried;
    int waited;
    private final SplittableRandom random;
    private final Map<RunId, Row> rows = new LinkedHashMap<>();
    private final Map<Scope, Control> controls = new HashMap<>();
    private final Map<Scope, Meter> starts = new HashMap<>();
    private final Map<String, Meter> used = new HashMap<>();
    private final Set<AttemptId> modelStarted = new HashSet<>();
    private final Set<AttemptId> modelOut = new HashSet<>();
    private final Set<RunId> modelEnded = new HashSet<>();
    private Instant now = Instant.parse("2026-06-01T12:00:00Z");

    Platform(long seed) {
        random = new SplittableRandom(seed);
        var runs = 1 + random.nextInt(10);
        for (var i = 0; i < runs; i++) {
            var row = new Row();
            var run = new RunId(new UUID(seed, i));
            row.pipeline = pipeline().named(any(NAMESPACES), any(PIPELINES));
            row.gateway = new FakeGateway(random, random.nextInt(3) * 20);
            rows.put(run, row);
        }
        for (var i = random.nextInt(4); i > 0; i--) {
            limit();
        }
    }

    private Pipeline pipeline() {
        var pipeline = Pipeline.ofOneTask();
        if (random.nextInt(3) > 0) {
            var tasks = 1 + random.nextInt(20);
            pipeline = Pipeline.ofCount(tasks, 1 + random.nextInt(8)).withTolerance(random.nextInt(tasks), 0);
        }
        pipeline = pipeline.withRetries(
                random.nextInt(3),
                Duration.ofSeconds(random.nextInt(20)),
                FailureClass.WORKLOAD_FAILED,
                FailureClass.INTERRUPTED,
                FailureClass.NOT_STARTED);
        return random.nextBoolean() ? pipeline.withPreemption() : pipeline.withDoubt(false, Manifest.OnDoubt.FAIL);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private Scope anyScope() {
        var lane =
                new Lane(any(NAMESPACES), any(PIPELINES), io.barecount.contracts.manifest.RunnerType.ONPREM, "plant");
        return any(lane.scopes());
    }

    private void limit() {
        var scope = anyScope();
        controls.put(
                scope,
                new Control(
                        scope,
                        random.nextInt(5) == 0 ? "paused: for a test" : null,
                        random.nextInt(4) == 0 ? null : 1 + random.nextInt(6),
                        null,
                        random.nextInt(4) == 0 ? 0.5 + random.nextInt(5) : null,
                        1 + random.nextInt(4)));
    }

    void play() {
        for (var step = 0; step < STEPS_MAX && !isOver() && violations.isEmpty(); step++) {
            now = now.plusMillis(random.nextInt(3_000));
            if (step == 500) {
                controls.clear();
            }
            step(step < 400);
            round();
        }
        if (!isOver()) {
            violations.add("NOT_ALL_RUNS_END");
        }
        if (!modelOut.isEmpty()) {
            violations.add("OUT_AFTER_THE_END " + modelOut);
        }
        rows.values().forEach(row -> {
            if (row.state == null
                    || row.state.demand().held() != 0
                    || row.state.demand().wanted() != 0) {
                violations.add("HELD_AFTER_THE_END " + row.state);
            }
        });
    }

    private boolean isOver() {
        return rows.values().stream().allMatch(row -> row.state instanceof RunState.Ended && row.gateway.isIdle());
    }

    private void step(boolean eventful) {
        var entry = List.copyOf(rows.entrySet()).get(random.nextInt(rows.size()));
        var run = entry.getKey();
        var row = entry.getValue();
        var kind = random.nextInt(1000);
        if (row.state == null) {
            deliver(run, row, new RunInput.Decided(row.pipeline.permitted(run)));
        } else if (eventful && kind < 8) {
            deliver(run, row, new RunInput.Cancel("number " + kind));
        } else if (eventful && kind < 16) {
            deliver(run, row, new RunInput.Pause("ann", "number " + kind));
        } else if (kind < 60) {
            deliver(run, row, new RunInput.Resume("ann"));
        } else if (eventful && kind < 75) {
            var before = row.state.demand().preemptible();
            deliver(run, row, new RunInput.Preempt(1 + random.nextInt(3), "for a test"));
            preempted += before - row.state.demand().preemptible();
        } else if (eventful && kind < 90) {
            limit();
        } else if (kind < 110) {
            deliver(run, row, any(row.delivered));
        } else if (kind < 250) {
            deliver(run, row, new RunInput.Due());
        } else if (kind < 600) {
            row.gateway.work(now);
        } else {
            var report = row.gateway.next(run, now);
            if (report != null) {
                deliver(run, row, new RunInput.Reported(report));
            }
        }
    }

    private void deliver(RunId run, Row row, RunInput input) {
        if (random.nextInt(20) == 0) {
            // The transaction fails: what was decided is lost, and the input comes again.
            RunState.decide(row.state, input, now);
        }
        row.delivered.add(input);
        if (input instanceof RunInput.Reported(var report) && !(report instanceof ExecutionEvent.Started)) {
            if (modelOut.remove(report.attempt()) && report.attempt().number() > 1) {
                retried++;
            }
        }
        commit(run, row, RunState.decide(row.state, input, now));
    }

    private void commit(RunId run, Row row, Decision<RunState> decision) {
        row.state = decision.state();
        if (random.nextInt(30) == 0) {
            // The instance is started again, and reads what the former one had written.
            row.state = Json.read(Json.text(row.state, RunState.class), RunState.class);
        }
        if (row.lane == null) {
            var told = row.state.summary();
            row.lane = Lane.of(told.namespace(), told.pipeline(), told.placement());
        }
        for (Outgoing event : decision.events()) {
            switch (event.data()) {
                case DispatchEvent dispatch -> {
                    if (!(dispatch instanceof DispatchEvent.Stop)) {
                        dispatch.attempts().forEach(attempt -> started(run, attempt));
                    }
                    row.gateway.hear(dispatch);
                    if (random.nextInt(20) == 0) {
                        row.gateway.hear(dispatch);
                    }
                }
                case RunEvent told -> {
                    if (modelEnded.contains(run)) {
                        violations.add("SAID_AFTER_THE_END " + told);
                    }
                    if (Witness.isTerminal(told)) {
                        ended(run, row, told);
                    }
                }
                case ControlEvent control -> {}
                default -> throw new AssertionError("a scheduler does not say " + event);
            }
        }
    }

    private void started(RunId run, AttemptId attempt) {
        if (!modelStarted.add(attempt)) {
            violations.add("STARTED_TWICE " + attempt);
        }
        if (modelEnded.contains(run)) {
            violations.add("STARTED_AFTER_THE_END " + attempt);
        }
        if (modelOut.stream().anyMatch(out -> out.task().equals(attempt.task()))) {
            violations.add("TWO_ATTEMPTS_OF_A_TASK_AT_ONCE " + attempt);
        }
        modelOut.add(attempt);
    }

    private void ended(RunId run, Row row, RunEvent told) {
        modelEnded.add(run);
        if (modelOut.stream().anyMatch(out -> out.run().equals(run))) {
            violations.add("ENDED_WITH_ATTEMPTS_OUT " + told);
        }
        if (told instanceof RunEvent.Succeeded end) {
            var summary = row.state.summary();
            if (summary.succeeded() + end.failed() != end.tasks()) {
                violations.add("NOT_EVERY_TASK_ENDED_ONCE " + summary);
            }
        }
    }

    private void round() {
        var queues = new LinkedHashMap<Lane, List<Queue.Candidate>>();
        var held = new HashMap<Lane, Integer>();
        rows.forEach((run, row) -> {
            if (row.state == null) {
                return;
            }
            var demand = row.state.demand();
            held.merge(row.lane, demand.held(), Integer::sum);
            if (demand.wanted() > 0) {
                queues.computeIfAbsent(row.lane, lane -> new ArrayList<>())
                        .add(new Queue.Candidate(run.toString(), demand.wanted(), demand.rank(), demand.taskCost()));
            }
        });
        var heads = queues.entrySet().stream()
                .map(entry -> new Queue(
                        entry.getKey(),
                        entry.getValue().stream()
                                .sorted(Comparator.comparing(Queue.Candidate::rank)
                                        .thenComparing(Queue.Candidate::run))
                                .limit(3)
                                .toList()))
                .toList();
        var admission = new Admission(new Limits(controls.values(), Map.of()), Duration.ofMinutes(5));
        var before = modelByScope();
        var round = admission.round(heads, held, used, starts, now, 1 + random.nextInt(8));
        waited += round.blocked().size();
        if (random.nextInt(20) == 0) {
            // The transaction fails: nothing was handed out.
            return;
        }
        used.putAll(round.used());
        starts.putAll(round.starts());
        round.grants().forEach((id, attempts) -> {
            var run = RunId.parse(id);
            if (random.nextInt(10) > 0) {
                commit(run, rows.get(run), RunState.decide(rows.get(run).state, new RunInput.Granted(attempts), now));
            }
        });
        checkLimits(before);
    }

    private Map<Scope, Integer> modelByScope() {
        var sums = new HashMap<Scope, Integer>();
        modelOut.forEach(
                attempt -> rows.get(attempt.run()).lane.scopes().forEach(scope -> sums.merge(scope, 1, Integer::sum)));
        return sums;
    }

    /** A limit that was lowered below what is out lets nothing more out; it takes nothing back. */
    private void checkLimits(Map<Scope, Integer> before) {
        modelByScope().forEach((scope, out) -> {
            var control = controls.get(scope);
            var more = out - before.getOrDefault(scope, 0);
            if (control == null || more == 0) {
                return;
            }
            if (control.closed() != null) {
                violations.add("STARTED_IN_A_CLOSED_SCOPE " + scope);
            }
            if (control.most() != null && out > control.most()) {
                violations.add("OVER_THE_LIMIT " + scope + " " + out + " of " + control.most());
            }
            if (control.startsPerSecond() != null && more > Math.max(1, control.startsPerSecond())) {
                violations.add("OVER_THE_START_RATE " + scope);
            }
        });
    }
}
