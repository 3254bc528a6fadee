package io.barecount.gateway.attempt;

import io.barecount.contracts.agent.Report;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.gateway.attempt.AttemptState.Driven;
import io.barecount.gateway.attempt.AttemptState.Ending;
import io.barecount.gateway.attempt.AttemptState.Holder;
import io.barecount.gateway.attempt.AttemptState.Pending;
import io.barecount.gateway.runner.Observation;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.messaging.stage.Decision;
import java.time.Instant;
import java.util.Map;

/**
 * The rules of attempts that a provider executes. Once an attempt has ended its claim is void: what the provider may yet start of it
 * ends by itself, without effect.
 */
final class Driving {
    /** So often a busy provider is asked again before the attempt is given back to the scheduler. */
    static final int BUSY_MAX = 8;

    private final Endings endings;

    Driving(Endings endings) {
        this.endings = endings;
    }

    Decision<AttemptState> prepared(AttemptState state, AttemptInput.Prepared input, Instant now) {
        return state instanceof Pending pending
                ? Decision.of(Driven.of(pending.work(), input.request(), pending.busy(), now))
                : Decision.unchanged(state);
    }

    Decision<AttemptState> notPrepared(AttemptState state, AttemptInput.NotPrepared input, Instant now) {
        return state instanceof Pending pending
                ? Endings.neverRan(pending.work(), input.failureClass(), input.reason(), now)
                : Decision.unchanged(state);
    }

    Decision<AttemptState> postponed(AttemptState state, AttemptInput.Postponed input, Instant now) {
        return state instanceof Pending pending
                ? postpone(pending, input.reason(), input.notBefore(), now)
                : Decision.unchanged(state);
    }

    private static Decision<AttemptState> postpone(Pending pending, String reason, Instant notBefore, Instant now) {
        return pending.busy() < BUSY_MAX
                ? Decision.of(new Pending(pending.work(), pending.busy() + 1, notBefore))
                : Endings.neverRan(
                        pending.work(),
                        FailureClass.NOT_STARTED,
                        "the provider was busy " + (BUSY_MAX + 1) + " times in a row: " + reason,
                        now);
    }

    Decision<AttemptState> answered(AttemptState state, AttemptInput.Answered input, Instant now) {
        if (!(state instanceof Driven driven) || driven.handle() != null) {
            return Decision.unchanged(state);
        }
        return switch (input.outcome()) {
            case StartOutcome.Accepted accepted -> {
                var taken = driven.withHandle(accepted.handle());
                yield accepted.ended() == null ? Decision.of(taken) : ended(taken, accepted.ended(), now);
            }
            case StartOutcome.Refused refused
            when driven.holder() == null ->
                driven.ending() == null
                        ? Endings.neverRan(driven.work(), FailureClass.NOT_STARTED, refused.reason(), now)
                        : unclaimed(driven, refused.reason(), now);
            case StartOutcome.Busy busy
            when driven.holder() == null && driven.ending() == null ->
                postpone(new Pending(driven.work(), driven.busy(), now), busy.reason(), input.notBefore(), now);
            case StartOutcome.Busy busy when driven.holder() == null -> unclaimed(driven, busy.reason(), now);
            case StartOutcome.Unknown unknown
            when driven.holder() == null -> Decision.of(driven.withDoubt(unknown.reason()));
            // Something of it runs: whatever the provider answered, that is the start.
            case StartOutcome.Refused refused -> Decision.unchanged(state);
            case StartOutcome.Busy busy -> Decision.unchanged(state);
            case StartOutcome.Unknown unknown -> Decision.of(driven.withDoubt(unknown.reason()));
        };
    }

    Decision<AttemptState> taken(AttemptState state, AttemptInput.Taken input, Instant now) {
        if (!(state instanceof Driven driven)
                || driven.holder() != null
                || driven.ending() != null
                || !driven.request().isClaimedWith(input.claimToken())) {
            return Decision.unchanged(state);
        }
        var holder = new Holder(input.claimId(), input.identity(), input.environment(), now);
        return Decision.of(
                driven.withHolder(holder),
                Attempts.about(
                        driven.work(),
                        new ExecutionEvent.Started(
                                driven.attempt(), now, driven.request().provider(), input.identity())));
    }

    Decision<AttemptState> report(Driven driven, Report report, Instant now) {
        var holder = driven.holder();
        if (holder == null || !holder.claimId().equals(report.claimId())) {
            return Decision.unchanged(driven);
        }
        return endings.reported(driven, overruled(driven.ending(), report), now);
    }

    /** What it was stopped for is why it ended, whatever the workload says; but one that had succeeded before the stop came, has. */
    private static Report overruled(Ending ending, Report report) {
        if (ending == null || ending.failureClass() == null) {
            return report;
        }
        var violated = ending.failureClass() == FailureClass.BOUNDARY_VIOLATION;
        return report.outcome() == Report.Outcome.SUCCEEDED && !violated
                ? report
                : failed(report, ending.failureClass(), ending.reason());
    }

    private static Report failed(Report report, FailureClass failureClass, String reason) {
        return new Report(
                report.agent(),
                report.epoch(),
                report.claimId(),
                Report.Outcome.FAILED,
                failureClass,
                reason,
                report.startedAt(),
                report.endedAt(),
                report.exitCode(),
                report.environment(),
                report.applied(),
                report.networkApplied(),
                report.networkObserved(),
                report.log(),
                report.outputs());
    }

    Decision<AttemptState> observed(AttemptState state, AttemptInput.Observed input, Instant now) {
        if (!(state instanceof Driven driven)) {
            return Decision.unchanged(state);
        }
        return switch (input.observation()) {
            case Observation.Alive alive
            when alive.network() != null && !alive.network().equals(driven.networkObserved()) ->
                Decision.of(driven.withNetworkObserved(alive.network()));
            case Observation.Alive alive -> Decision.unchanged(state);
            case Observation.Outside outside ->
                wanted(
                        driven.withNetworkObserved(outside.violation()),
                        new Ending(FailureClass.BOUNDARY_VIOLATION, outside.violation(), now));
            case Observation.Ended ended -> ended(driven, ended, now);
            case Observation.Forgotten forgotten ->
                givenUp(driven, FailureClass.LOST_TRACK, "the provider no longer knows of it", now);
        };
    }

    /** The provider says it is over, and nothing was reported. */
    private Decision<AttemptState> ended(Driven driven, Observation.Ended ended, Instant now) {
        if (driven.holder() == null) {
            return unclaimed(driven, ended.reason(), now);
        }
        return endings.reported(
                driven,
                overruledOrStopped(driven, ended.exitCode(), FailureClass.INTERRUPTED, ended.reason(), now),
                now);
    }

    /** It is over and nothing ever claimed it: so nothing of it had an effect. */
    private static Decision<AttemptState> unclaimed(Driven driven, String reason, Instant now) {
        var ending = driven.ending();
        if (ending == null) {
            return Endings.neverRan(
                    driven.work(),
                    FailureClass.NOT_STARTED,
                    "it ended before the workload asked for its claim: " + reason,
                    now);
        }
        return ending.failureClass() == null
                ? Endings.stoppedBefore(driven.work(), ending.reason(), now)
                : Endings.neverRan(driven.work(), ending.failureClass(), ending.reason(), now);
    }

    private static Report overruledOrStopped(
            Driven driven, Integer exitCode, FailureClass failureClass, String reason, Instant now) {
        var holder = driven.holder();
        var ending = driven.ending();
        var stopped = ending != null && ending.failureClass() == null;
        var report = new Report(
                holder.identity(),
                1,
                holder.claimId(),
                stopped ? Report.Outcome.STOPPED : Report.Outcome.FAILED,
                stopped ? null : failureClass,
                stopped ? ending.reason() : reason,
                holder.at(),
                now,
                exitCode,
                holder.environment(),
                Map.of(),
                null,
                null,
                null,
                Map.of());
        return overruled(ending, report);
    }

    Decision<AttemptState> stop(Driven driven, String reason, Instant now) {
        return wanted(driven, new Ending(null, reason, now));
    }

    Decision<AttemptState> overdue(AttemptState state, AttemptInput.Overdue input, Instant now) {
        return state instanceof Driven driven
                ? wanted(driven, new Ending(input.failureClass(), input.reason(), now))
                : Decision.unchanged(state);
    }

    /** The first reason stands, but for one: what left its boundary is said to have left it. */
    private static Decision<AttemptState> wanted(Driven driven, Ending ending) {
        var first = driven.ending();
        var violates = ending.failureClass() == FailureClass.BOUNDARY_VIOLATION
                && (first == null || first.failureClass() != FailureClass.BOUNDARY_VIOLATION);
        return first == null || violates ? Decision.of(driven.withEnding(ending)) : Decision.unchanged(driven);
    }

    Decision<AttemptState> givenUp(AttemptState state, AttemptInput.GivenUp input, Instant now) {
        return state instanceof Driven driven
                ? givenUp(driven, input.failureClass(), input.reason(), now)
                : Decision.unchanged(state);
    }

    private Decision<AttemptState> givenUp(Driven driven, FailureClass failureClass, String reason, Instant now) {
        if (driven.holder() == null) {
            return driven.handle() == null
                    ? Endings.neverRan(driven.work(), failureClass, reason, now)
                    : unclaimed(driven, reason, now);
        }
        return endings.reported(
                driven, failed(overruledOrStopped(driven, null, failureClass, reason, now), failureClass, reason), now);
    }
}
