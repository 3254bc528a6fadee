package io.barecount.gateway.attempt;

import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.gateway.attempt.AttemptState.Carried;
import io.barecount.gateway.attempt.AttemptState.Claimed;
import io.barecount.gateway.attempt.AttemptState.Driven;
import io.barecount.gateway.attempt.AttemptState.Ended;
import io.barecount.gateway.attempt.AttemptState.Offered;
import io.barecount.gateway.attempt.AttemptState.Pending;
import io.barecount.gateway.attempt.AttemptState.Queued;
import io.barecount.gateway.boundary.BoundaryCheck;
import io.barecount.gateway.permit.PermitCheck;
import io.barecount.gateway.permit.SignatureCheck;
import io.barecount.gateway.runner.Work;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The rules of attempts: what each input does to each state. Those of attempts that a provider executes are in {@link Driving}. */
public final class Attempts {
    /** Who fulfils the runner types here. */
    public enum Provider {
        /** Agents execute workloads as processes. */
        LOCAL,
        /** Amazon Web Services, or what speaks its protocol; runners on premises are agents all the same. */
        AWS,
        /** Nobody executes anything: for measuring the platform itself. Its name stands in every evidence. */
        NOOP;

        Provider of(RunnerType type) {
            return this == AWS && type == RunnerType.ONPREM ? LOCAL : this;
        }
    }

    private final PermitCheck permits;
    private final SignatureCheck signatures;
    private final Endings endings;
    private final Driving driving;
    private final Provider provider;

    public Attempts(PermitCheck permits, SignatureCheck signatures, SigningKey evidenceKey, Provider provider) {
        this.permits = permits;
        this.signatures = signatures;
        this.endings = new Endings(evidenceKey);
        this.driving = new Driving(endings);
        this.provider = provider;
    }

    /** What does not fit the state, such as a repeat, a late report or a second claim, changes nothing. */
    public Decision<AttemptState> decide(AttemptState state, AttemptInput input, Instant now) {
        return switch (input) {
            case AttemptInput.Start start -> state == null ? start(start, now) : Decision.unchanged(state);
            case AttemptInput.Stop stop -> stop(state, stop, now);
            case AttemptInput.Offer offer -> offer(state, offer, now);
            case AttemptInput.Claimed claim -> claim(state, claim, now);
            case AttemptInput.Exported export -> export(state, export, now);
            case AttemptInput.Reported reported ->
                switch (state) {
                    case Claimed claimed -> report(claimed, reported, now);
                    case Carried carried -> imported(carried, reported, now);
                    case Driven driven -> driving.report(driven, reported.report(), now);
                    case null, default -> Decision.unchanged(state);
                };
            case AttemptInput.Lost lost -> lose(state, lost, now);
            case AttemptInput.Prepared prepared -> driving.prepared(state, prepared, now);
            case AttemptInput.NotPrepared refused -> driving.notPrepared(state, refused, now);
            case AttemptInput.Postponed postponed -> driving.postponed(state, postponed, now);
            case AttemptInput.Answered answered -> driving.answered(state, answered, now);
            case AttemptInput.Taken taken -> taken(state, taken, now);
            case AttemptInput.Observed observed -> driving.observed(state, observed, now);
            case AttemptInput.Overdue overdue -> driving.overdue(state, overdue, now);
            case AttemptInput.GivenUp givenUp ->
                state instanceof Carried carried
                        ? Endings.lost(
                                carried.work(),
                                carried.agent(),
                                givenUp.failureClass(),
                                givenUp.reason(),
                                Duration.ZERO,
                                now)
                        : driving.givenUp(state, givenUp, now);
        };
    }

    /** What a provider started and may not run any more is not granted its claim, and stopped. */
    private Decision<AttemptState> taken(AttemptState state, AttemptInput.Taken taken, Instant now) {
        var refusal = state instanceof Driven driven && driven.holder() == null
                ? signatures.refusal(driven.work().spec(), now)
                : Optional.<String>empty();
        return refusal.isPresent()
                ? driving.overdue(state, new AttemptInput.Overdue(FailureClass.PERMIT_REFUSED, refusal.get()), now)
                : driving.taken(state, taken, now);
    }

    private Decision<AttemptState> start(AttemptInput.Start input, Instant now) {
        var start = input.start();
        var refusal = input.revoked() == null
                ? permits.refusal(start, now).or(() -> signatures.refusal(start, now))
                : Optional.of("the permit was revoked: " + input.revoked());
        if (refusal.isPresent()) {
            return refuse(start, input.namespace(), FailureClass.PERMIT_REFUSED, refusal.get(), now);
        }
        var violation = BoundaryCheck.violation(start.spec().manifest(), start.boundary());
        if (violation.isPresent()) {
            return refuse(start, input.namespace(), FailureClass.BOUNDARY_VIOLATION, violation.get(), now);
        }
        var work = input.work(now);
        return switch (provider.of(work.runnerType())) {
            case LOCAL -> Decision.of(new Queued(work, 0));
            case AWS ->
                Decision.of(
                        input.request() == null ? new Pending(work, 0, now) : Driven.of(work, input.request(), 0, now));
            case NOOP -> endings.nothingDone(work, now);
        };
    }

    private static Decision<AttemptState> refuse(
            DispatchEvent.Start start, String namespace, FailureClass failureClass, String reason, Instant now) {
        var attempt = start.attempt();
        var ended = new Ended(
                attempt,
                start.spec().manifest().spec().runner().type(),
                start.boundary().name(),
                Endings.name(failureClass),
                reason,
                null,
                null,
                null,
                now);
        return Endings.tell(
                ended, namespace, new ExecutionEvent.Failed(attempt, now, failureClass, reason, Duration.ZERO, null));
    }

    private Decision<AttemptState> stop(AttemptState state, AttemptInput.Stop input, Instant now) {
        var stop = input.stop();
        return switch (state) {
            case null ->
                stopped(
                        new Ended(stop.attempt(), null, null, "stopped", stop.reason(), null, null, null, now),
                        input.namespace());
            case Queued queued -> neverStarted(queued.work(), stop.reason(), now);
            case Offered offered -> neverStarted(offered.work(), stop.reason(), now);
            case Pending pending -> neverStarted(pending.work(), stop.reason(), now);
            case Driven driven -> driving.stop(driven, stop.reason(), now);
            case Claimed claimed
            when claimed.stopReason() == null ->
                Decision.of(new Claimed(
                        claimed.work(),
                        claimed.agent(),
                        claimed.epoch(),
                        claimed.claimId(),
                        claimed.at(),
                        stop.reason()));
            case Claimed claimed -> Decision.unchanged(state);
            case Carried carried -> Decision.of(carried.withStopReason(stop.reason()));
            case Ended ended -> Decision.unchanged(state);
        };
    }

    private static Decision<AttemptState> neverStarted(Work work, String reason, Instant now) {
        return stopped(Endings.ended(work, "stopped", reason, null, null, null, now), work.namespace());
    }

    private static Decision<AttemptState> stopped(Ended ended, String namespace) {
        return Endings.tell(
                ended,
                namespace,
                new ExecutionEvent.Stopped(ended.attempt(), ended.at(), ended.reason(), Duration.ZERO, null));
    }

    private static Decision<AttemptState> offer(AttemptState state, AttemptInput.Offer offer, Instant now) {
        return switch (state) {
            case Queued queued ->
                Decision.of(new Offered(queued.work(), offer.agent(), queued.lastEpoch() + 1, offer.deadline()));
            case Offered offered
            when now.isAfter(offered.deadline()) ->
                Decision.of(new Offered(offered.work(), offer.agent(), offered.epoch() + 1, offer.deadline()));
            case null, default -> Decision.unchanged(state);
        };
    }

    private Decision<AttemptState> claim(AttemptState state, AttemptInput.Claimed input, Instant now) {
        var claim = input.claim();
        if (state instanceof Offered offered
                && offered.agent().equals(claim.agent())
                && offered.epoch() == claim.epoch()
                && !now.isAfter(offered.deadline())) {
            var work = offered.work();
            var refusal = signatures.refusal(work.spec(), now);
            if (refusal.isPresent()) {
                return neverToStart(work, refusal.get(), now);
            }
            return Endings.tell(
                    new Claimed(work, claim.agent(), claim.epoch(), claim.claimId(), now, null),
                    work.namespace(),
                    new ExecutionEvent.Started(work.attempt(), now, Endings.LOCAL, claim.agent()));
        }
        return Decision.unchanged(state);
    }

    private Decision<AttemptState> export(AttemptState state, AttemptInput.Exported export, Instant now) {
        var work = state instanceof Queued queued
                ? queued.work()
                : state instanceof Offered offered ? offered.work() : null;
        var refusal = work == null ? Optional.<String>empty() : signatures.refusal(work.spec(), now);
        if (refusal.isPresent()) {
            return neverToStart(work, refusal.get(), now);
        }
        return switch (state) {
            case Queued queued -> Decision.of(carried(queued.work(), queued.lastEpoch() + 1, export, now));
            case Offered offered
            when now.isAfter(offered.deadline()) ->
                Decision.of(carried(offered.work(), offered.epoch() + 1, export, now));
            case null, default -> Decision.unchanged(state);
        };
    }

    /** What waited may not start any more. */
    private static Decision<AttemptState> neverToStart(Work work, String reason, Instant now) {
        return Endings.tell(
                Endings.ended(work, Endings.name(FailureClass.PERMIT_REFUSED), reason, null, null, null, now),
                work.namespace(),
                new ExecutionEvent.Failed(
                        work.attempt(), now, FailureClass.PERMIT_REFUSED, reason, Duration.ZERO, null));
    }

    private static Carried carried(Work work, long epoch, AttemptInput.Exported export, Instant now) {
        return new Carried(
                work,
                export.agent(),
                epoch,
                export.bundle() + "/" + work.attempt(),
                export.bundle(),
                now,
                export.until(),
                null);
    }

    private Decision<AttemptState> report(Claimed claimed, AttemptInput.Reported reported, Instant now) {
        return claimed.claimId().equals(reported.report().claimId())
                ? endings.reported(claimed, reported.report(), reported.statement(), now)
                : Decision.unchanged(claimed);
    }

    private Decision<AttemptState> imported(Carried carried, AttemptInput.Reported reported, Instant now) {
        return carried.claimId().equals(reported.report().claimId())
                ? endings.imported(carried, reported.report(), reported.statement(), now)
                : Decision.unchanged(carried);
    }

    private static Decision<AttemptState> lose(AttemptState state, AttemptInput.Lost lost, Instant now) {
        if (!(state instanceof Claimed claimed) || !claimed.agent().equals(lost.agent())) {
            return Decision.unchanged(state);
        }
        var work = claimed.work();
        return Endings.lost(
                work,
                claimed.agent(),
                FailureClass.INTERRUPTED,
                lost.reason(),
                Duration.between(claimed.at(), now),
                now);
    }

    /** All that is told of an attempt is about it, and belongs to its namespace. */
    static Outgoing about(Work work, ExecutionEvent event) {
        return Outgoing.about(work.attempt(), work.namespace(), event);
    }
}
