package io.barecount.ledger.view;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The audit record of one attempt: on which runner it ran, with which configuration, in which environment, through which network, and
 * how it ended. As with {@link RunView}, whatever order its events come in, the record is the same.
 *
 * @param dispatchedAt null until it is known
 * @param slice of the run's batch; null without one
 * @param started null unless it was
 * @param ended null until it has
 */
public record AttemptView(AttemptId attempt, Instant dispatchedAt, String slice, Started started, Ended ended) {
    public record Started(Instant at, String provider, String runner) {}

    public enum Outcome {
        SUCCEEDED,
        FAILED,
        STOPPED
    }

    /**
     * @param time that is charged
     * @param evidence digest of the signed envelope; null if there is none
     * @param attested what it says, without the agent's own statement; null if there is none, or it can't be read
     */
    public record Ended(
            Outcome outcome,
            Instant at,
            FailureClass failureClass,
            String reason,
            Duration time,
            Digest evidence,
            Evidence attested) {}

    public static AttemptView empty(AttemptId attempt) {
        return new AttemptView(attempt, null, null, null, null);
    }

    /** The attempts that an event is about; none for events of whole runs. */
    public static List<AttemptId> attemptsOf(Event<?> event) {
        return switch (event.data()) {
            case DispatchEvent dispatch ->
                dispatch.attempts().stream().filter(Objects::nonNull).toList();
            case ExecutionEvent execution when execution.attempt() != null -> List.of(execution.attempt());
            case null, default -> List.of();
        };
    }

    /** @param event of this attempt */
    public AttemptView apply(Event<?> event) {
        return switch (event.data()) {
            case DispatchEvent.Start start -> dispatched(event.time(), start.slice());
            case DispatchEvent.StartAll starts ->
                dispatched(
                        event.time(),
                        DispatchEvent.start(
                                        attempt, starts.spec(), starts.boundary(), starts.estimate(), starts.permit())
                                .slice());
            case ExecutionEvent.Started begun ->
                started != null && !begun.at().isBefore(started.at)
                        ? this
                        : new AttemptView(
                                attempt,
                                dispatchedAt,
                                slice,
                                new Started(begun.at(), begun.provider(), begun.runner()),
                                ended);
            case ExecutionEvent.Succeeded done ->
                ended(Outcome.SUCCEEDED, done.at(), null, null, done.time(), done.evidence());
            case ExecutionEvent.Failed done ->
                ended(Outcome.FAILED, done.at(), done.failureClass(), done.reason(), done.time(), done.evidence());
            case ExecutionEvent.Stopped done ->
                ended(Outcome.STOPPED, done.at(), null, done.reason(), done.time(), done.evidence());
            case null, default -> this;
        };
    }

    private AttemptView dispatched(Instant at, String ofSlice) {
        return dispatchedAt != null && !at.isBefore(dispatchedAt)
                ? this
                : new AttemptView(attempt, at, ofSlice, started, ended);
    }

    private AttemptView ended(
            Outcome outcome, Instant at, FailureClass failureClass, String reason, Duration time, Envelope envelope) {
        if (ended != null && !at.isBefore(ended.at)) {
            return this;
        }
        var digest = envelope == null ? null : Digest.ofCanonical(envelope);
        var end = new Ended(outcome, at, failureClass, reason, time, digest, attested(envelope));
        return new AttemptView(attempt, dispatchedAt, slice, started, end);
    }

    /** As it says itself: whether it verifies is for whoever holds the gateway's key, and for the verifier. */
    static Evidence attested(Envelope envelope) {
        if (envelope == null) {
            return null;
        }
        try {
            var predicate = envelope.peek().predicate();
            var evidence = predicate == null ? null : Json.fromTree(predicate, Evidence.class);
            return evidence == null
                    ? null
                    : new Evidence(
                            evidence.attempt(),
                            evidence.spec(),
                            evidence.runnerType(),
                            evidence.provider(),
                            evidence.runner(),
                            evidence.configuration(),
                            evidence.environment(),
                            evidence.network(),
                            evidence.startedAt(),
                            evidence.endedAt(),
                            evidence.exitCode(),
                            evidence.log(),
                            evidence.outputs(),
                            null,
                            evidence.airGap());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
