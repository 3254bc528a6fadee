package io.barecount.contracts.execution;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Envelope;
import java.time.Duration;
import java.time.Instant;

/** What the runner gateway reports of one attempt, in order. Topic {@code barecount.executions}, keyed by run. */
public sealed interface ExecutionEvent {
    AttemptId attempt();

    Instant at();

    /**
     * The workload is about to run; said at most once per attempt.
     *
     * @param provider who fulfils the runner type here, such as {@code local}
     * @param runner identity of the instance that runs it
     */
    record Started(AttemptId attempt, Instant at, String provider, String runner) implements ExecutionEvent {}

    /**
     * @param time that is charged
     * @param evidence a DSSE envelope over an in-toto statement with the {@link Evidence}
     */
    record Succeeded(AttemptId attempt, Instant at, Duration time, Envelope evidence) implements ExecutionEvent {}

    /**
     * Whether it is tried again is the scheduler's to say.
     *
     * @param time that is charged; zero if it never started
     * @param evidence null if it never started
     */
    record Failed(
            AttemptId attempt, Instant at, FailureClass failureClass, String reason, Duration time, Envelope evidence)
            implements ExecutionEvent {}

    /**
     * Said only after the provider confirmed the stop.
     *
     * @param evidence null if it never started
     */
    record Stopped(AttemptId attempt, Instant at, String reason, Duration time, Envelope evidence)
            implements ExecutionEvent {}
}
