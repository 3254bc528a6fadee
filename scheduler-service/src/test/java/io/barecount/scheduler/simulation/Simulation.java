package io.barecount.scheduler.simulation;

import io.barecount.contracts.RunId;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.scheduler.Pipeline;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * One run, from a seed. The stage is played with what can happen to it: a batch whose transaction fails is decided again; one that was
 * committed before a crash is delivered again, and so are its events; the state is read back from its JSON.
 */
final class Simulation {
    private static final int STEPS_MAX = 10_000;

    private final SplittableRandom random;
    private final RunId run;
    private final Pipeline pipeline;
    private final FakeGateway gateway;
    private final Witness witness;
    private final List<String> history = new ArrayList<>();
    private final int cancelPermille;
    private Instant now = Instant.parse("2026-06-01T12:00:00Z");
    private RunState state;

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        run = new RunId(new UUID(seed, random.nextLong()));
        pipeline = anyPipeline(random);
        gateway = new FakeGateway(random, random.nextInt(4) * 20);
        witness = new Witness(pipeline);
        cancelPermille = random.nextInt(3) == 0 ? 15 : 0;
    }

    private static Pipeline anyPipeline(SplittableRandom random) {
        var pipeline = Pipeline.ofOneTask();
        if (random.nextInt(6) > 0) {
            var slices = 1 + random.nextInt(50);
            var tolerated = random.nextInt(3) == 0 ? 0 : random.nextInt(slices);
            pipeline = pipeline.withBatch(slices, 1 + random.nextInt(12), tolerated, random.nextBoolean());
            if (random.nextInt(4) == 0) {
                pipeline = pipeline.withScalingMax(1 + random.nextInt(12));
            }
        }
        var on = new ArrayList<FailureClass>();
        for (var failure : FailureClass.values()) {
            if (random.nextInt(3) > 0) {
                on.add(failure);
            }
        }
        return pipeline.withRetries(
                        random.nextInt(4), Duration.ofSeconds(random.nextInt(30)), on.toArray(FailureClass[]::new))
                .withDoubt(
                        random.nextBoolean(),
                        random.nextBoolean() ? Manifest.OnDoubt.FAIL : Manifest.OnDoubt.REDISPATCH);
    }

    Witness play() {
        for (var step = 0; step < STEPS_MAX && !isQuiet() && witness.violations.isEmpty(); step++) {
            now = now.plusMillis(random.nextInt(2_000));
            var input = anything();
            if (input != null) {
                deliver(input);
            }
        }
        for (var i = 0; i < 20; i++) {
            deliver(stray());
        }
        return witness;
    }

    private boolean isQuiet() {
        return witness.isOver() && gateway.isIdle();
    }

    private RunInput anything() {
        var kind = random.nextInt(1000);
        if (kind < cancelPermille) {
            return new RunInput.Cancel("number " + kind);
        }
        if (kind < 50) {
            return stray();
        }
        if (state == null) {
            return new RunInput.Decided(pipeline.permitted(run));
        }
        if (kind < 400) {
            gateway.work(now);
            return null;
        }
        if (kind < 520 && state.demand().wanted() > 0) {
            return new RunInput.Granted(1 + random.nextInt(state.demand().wanted()));
        }
        var due = state.summary().nextDueAt();
        if (kind < 650 && due != null) {
            now = now.isBefore(due) ? due : now;
            return new RunInput.Due();
        }
        var report = gateway.next(run, now);
        return report == null ? null : new RunInput.Reported(report);
    }

    /** What must have no effect on a run that was admitted; before that, only what can't come first. */
    private RunInput stray() {
        if (state == null) {
            return random.nextBoolean() ? new RunInput.Due() : new RunInput.Cancel("too early");
        }
        return switch (random.nextInt(4)) {
            case 0 -> new RunInput.Decided(pipeline.permitted(run));
            case 1 -> new RunInput.Decided(pipeline.denied(run, "late"));
            case 2 ->
                new RunInput.Refused(
                        new ManifestEvent.Rejected(run, "plant-a", "quality", Door.KAFKA, "ann", List.of()));
            default -> new RunInput.Due();
        };
    }

    private void deliver(RunInput input) {
        while (random.nextInt(20) == 0) {
            // The transaction fails: what was decided is lost, and the input comes again a little later.
            RunState.decide(state, input, now);
            now = now.plusMillis(random.nextInt(500));
        }
        var decision = RunState.decide(state, input, now);
        commit(input, decision.state(), decision.events());
        if (input instanceof RunInput.Granted) {
            // Is never repeated: it is found out and decided in one transaction.
            return;
        }
        var repeat = RunState.decide(state, input, now);
        if (!repeat.events().isEmpty() || (state != null && !state.equals(repeat.state()))) {
            witness.violations.add("A_REPEAT_CHANGES_NOTHING by " + input);
        }
        if (random.nextInt(20) == 0) {
            // A crash after the commit: the outbox is sent again. Who listens knows the events by their ids, or
            // attempts.
            decision.events().forEach(event -> sendAgain(event.data()));
        }
    }

    private void commit(RunInput input, RunState decided, List<Outgoing> events) {
        history.add(
                now + " " + input + " -> " + events.stream().map(this::brief).toList());
        witness.sees(input, now);
        state = decided;
        if (random.nextInt(8) == 0 && state != null) {
            var json = Json.text(state, RunState.class);
            state = Json.read(json, RunState.class);
            if (!decided.equals(state)) {
                witness.violations.add("THE_STATE_SURVIVES_ITS_JSON after " + input);
            }
        }
        if (state instanceof RunState.Active active
                && active.outstanding().size() + active.waiting().size() > witness.parallelism()) {
            witness.violations.add("THE_STATE_IS_BOUNDED_BY_THE_PARALLELISM after " + input);
        }
        for (var event : events) {
            if (event.data() instanceof DispatchEvent.StartAll starts) {
                starts.each().forEach(start -> witness.hears(start, now));
            } else {
                witness.hears(event.data(), now);
            }
            sendAgain(event.data());
        }
    }

    private void sendAgain(Object event) {
        if (event instanceof DispatchEvent dispatch) {
            gateway.hear(dispatch);
        }
    }

    private String brief(Outgoing event) {
        return event.data().getClass().getSimpleName() + " " + event.subject().substring(36);
    }

    /** For a failure's message: what was played, and what came of it. */
    String tale() {
        return pipeline + "\n" + String.join("\n", history);
    }

    RunState state() {
        return state;
    }
}
