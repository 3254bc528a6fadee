package io.barecount.scheduler.run;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.dispatch.DispatchEvent.StartAll;
import io.barecount.contracts.dispatch.DispatchEvent.Stop;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.scheduler.Pipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A run on its way, with all the room it wants: its state after each input, and what the last one told, each start by itself. */
final class Way {
    static final RunId RUN = RunId.parse("0197c0de-0000-7000-8000-000000000001");
    static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    static final Duration SECOND = Duration.ofSeconds(1);

    RunState state;
    List<Object> told = List.of();
    List<String> subjects = List.of();
    private Instant now = NOON;
    private int room = Integer.MAX_VALUE;

    Way permit(Pipeline pipeline) {
        return then(new RunInput.Decided(pipeline.permitted(RUN)));
    }

    Way then(RunInput input) {
        var decision = RunState.decide(state, input, now);
        var events = new ArrayList<>(decision.events());
        state = decision.state();
        var wanted = state == null ? 0 : Math.min(room, state.demand().wanted());
        if (wanted > 0) {
            var granted = RunState.decide(state, new RunInput.Granted(wanted), now);
            events.addAll(granted.events());
            state = granted.state();
        }
        told = events.stream()
                .map(Outgoing::data)
                .flatMap(event -> event instanceof StartAll starts ? starts.each().stream() : Stream.of(event))
                .toList();
        subjects = events.stream().map(Outgoing::subject).toList();
        return this;
    }

    /** From now on so many attempts are granted after each input, at most. */
    Way withRoom(int attempts) {
        room = attempts;
        return this;
    }

    Way started(int task, int attempt) {
        return then(new RunInput.Reported(new ExecutionEvent.Started(id(task, attempt), now, "local", "agent-1")));
    }

    Way succeeded(int task, int attempt) {
        return then(reported(new ExecutionEvent.Succeeded(id(task, attempt), now, SECOND, null)));
    }

    Way failed(int task, int attempt, FailureClass failure) {
        return then(reported(new ExecutionEvent.Failed(id(task, attempt), now, failure, "exit 3", SECOND, null)));
    }

    Way stopped(int task, int attempt) {
        return then(reported(new ExecutionEvent.Stopped(id(task, attempt), now, "asked to", SECOND, null)));
    }

    Way cancel() {
        return then(new RunInput.Cancel("wrong input"));
    }

    Way after(Duration time) {
        now = now.plus(time);
        return then(new RunInput.Due());
    }

    Summary summary() {
        return state.summary();
    }

    List<String> starts() {
        return told(Start.class)
                .map(start -> start.attempt().toString().substring(37))
                .toList();
    }

    List<String> stops() {
        return told(Stop.class)
                .map(stop -> stop.attempt().toString().substring(37))
                .toList();
    }

    <T> Stream<T> told(Class<T> type) {
        return told.stream().filter(type::isInstance).map(type::cast);
    }

    private static AttemptId id(int task, int attempt) {
        return RUN.task(task).attempt(attempt);
    }

    static RunInput reported(ExecutionEvent event) {
        return new RunInput.Reported(event);
    }

    static Pipeline retrying(Pipeline pipeline) {
        return pipeline.withRetries(2, Duration.ofSeconds(10), FailureClass.WORKLOAD_FAILED, FailureClass.INTERRUPTED);
    }
}
