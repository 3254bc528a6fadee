package io.barecount.gateway.attempt;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.gateway.attempt.AttemptState.Claimed;
import io.barecount.gateway.attempt.AttemptState.Ended;
import io.barecount.gateway.attempt.AttemptState.Offered;
import io.barecount.gateway.attempt.AttemptState.Queued;
import io.barecount.gateway.attempt.AttemptState.Work;
import io.barecount.gateway.boundary.BoundaryCheck;
import io.barecount.gateway.permit.PermitCheck;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The rules of attempts: what each input does to each state. */
public final class Attempts {
    /** Who fulfils the runner types here. */
    public enum Provider {
        /** Agents execute workloads as processes. */
        LOCAL,
        /** Nobody executes anything: for measuring the platform itself. Its name stands in every evidence. */
        NOOP
    }

    private final PermitCheck permits;
    private final SigningKey evidenceKey;
    private final Provider provider;

    public Attempts(PermitCheck permits, SigningKey evidenceKey, Provider provider) {
        this.permits = permits;
        this.evidenceKey = evidenceKey;
        this.provider = provider;
    }

    /** What does not fit the state, such as a repeat, a late report or a second claim, changes nothing. */
    public Decision<AttemptState> decide(AttemptState state, AttemptInput input, Instant now) {
        return switch (input) {
            case AttemptInput.Start start -> state == null ? start(start, now) : Decision.unchanged(state);
            case AttemptInput.Stop stop -> stop(state, stop, now);
            case AttemptInput.Offer offer -> offer(state, offer, now);
            case AttemptInput.Claimed claim -> claim(state, claim, now);
            case AttemptInput.Reported reported -> report(state, reported.report(), now);
            case AttemptInput.Lost lost -> lose(state, lost, now);
        };
    }

    private Decision<AttemptState> start(AttemptInput.Start input, Instant now) {
        var start = input.start();
        var refusal = permits.refusal(start, now);
        if (refusal.isPresent()) {
            return refuse(start, input.namespace(), FailureClass.PERMIT_REFUSED, refusal.get(), now);
        }
        var violation = BoundaryCheck.violation(start.spec().manifest(), start.boundary());
        if (violation.isPresent()) {
            return refuse(start, input.namespace(), FailureClass.BOUNDARY_VIOLATION, violation.get(), now);
        }
        var work = new Work(
                start.attempt(), input.namespace(), start.spec(), start.slice(), start.merge(), start.boundary(), now);
        return switch (provider) {
            case LOCAL -> Decision.of(new Queued(work, 0));
            case NOOP -> doNothing(work, now);
        };
    }

    private static Decision<AttemptState> refuse(
            DispatchEvent.Start start, String namespace, FailureClass failureClass, String reason, Instant now) {
        var attempt = start.attempt();
        var ended = new Ended(
                attempt,
                start.spec().manifest().spec().runner().type(),
                start.boundary().name(),
                name(failureClass),
                reason,
                null,
                null,
                null,
                now);
        return tell(
                ended, namespace, new ExecutionEvent.Failed(attempt, now, failureClass, reason, Duration.ZERO, null));
    }

    private Decision<AttemptState> doNothing(Work work, Instant now) {
        var evidence = new Evidence(
                        work.attempt(),
                        work.spec().digest(),
                        work.spec().manifest().spec().runner().type(),
                        name(provider),
                        name(provider),
                        new Evidence.Configuration(requested(work), Map.of()),
                        Map.of(),
                        new Evidence.Network(
                                BoundaryCheck.describe(work.boundary()),
                                "nothing was executed",
                                "nothing was executed"),
                        now,
                        now,
                        null,
                        null,
                        Map.of())
                .sign(evidenceKey);
        return Decision.of(
                ended(work, "succeeded", null, name(provider), null, evidence, now),
                Outgoing.about(
                        work.attempt(),
                        work.namespace(),
                        new ExecutionEvent.Started(work.attempt(), now, name(provider), name(provider))),
                Outgoing.about(
                        work.attempt(),
                        work.namespace(),
                        new ExecutionEvent.Succeeded(work.attempt(), now, Duration.ZERO, evidence)));
    }

    private static Decision<AttemptState> stop(AttemptState state, AttemptInput.Stop input, Instant now) {
        var stop = input.stop();
        return switch (state) {
            case null ->
                stopped(
                        new Ended(stop.attempt(), null, null, "stopped", stop.reason(), null, null, null, now),
                        input.namespace());
            case Queued queued ->
                stopped(ended(queued.work(), "stopped", stop.reason(), null, null, null, now), input.namespace());
            case Offered offered ->
                stopped(ended(offered.work(), "stopped", stop.reason(), null, null, null, now), input.namespace());
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
            case Ended ended -> Decision.unchanged(state);
        };
    }

    private static Decision<AttemptState> stopped(Ended ended, String namespace) {
        return tell(
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
            case Offered offered -> Decision.unchanged(state);
            case Claimed claimed -> Decision.unchanged(state);
            case Ended ended -> Decision.unchanged(state);
            case null -> Decision.unchanged(null);
        };
    }

    private Decision<AttemptState> claim(AttemptState state, AttemptInput.Claimed input, Instant now) {
        var claim = input.claim();
        if (state instanceof Offered offered
                && offered.agent().equals(claim.agent())
                && offered.epoch() == claim.epoch()
                && !now.isAfter(offered.deadline())) {
            var work = offered.work();
            return tell(
                    new Claimed(work, claim.agent(), claim.epoch(), claim.claimId(), now, null),
                    work.namespace(),
                    new ExecutionEvent.Started(work.attempt(), now, name(provider), claim.agent()));
        }
        return Decision.unchanged(state);
    }

    private Decision<AttemptState> report(AttemptState state, Report report, Instant now) {
        if (!(state instanceof Claimed claimed) || !claimed.claimId().equals(report.claimId())) {
            return Decision.unchanged(state);
        }
        var work = claimed.work();
        var evidence = evidence(claimed, report).sign(evidenceKey);
        var time = report.startedAt() == null ? Duration.ZERO : Duration.between(report.startedAt(), report.endedAt());
        var failureClass = Optional.ofNullable(report.failureClass()).orElse(FailureClass.WORKLOAD_FAILED);
        var event = switch (report.outcome()) {
            case SUCCEEDED -> new ExecutionEvent.Succeeded(work.attempt(), now, time, evidence);
            case FAILED ->
                new ExecutionEvent.Failed(work.attempt(), now, failureClass, report.reason(), time, evidence);
            case STOPPED -> new ExecutionEvent.Stopped(work.attempt(), now, report.reason(), time, evidence);
        };
        var outcome = report.outcome() == Report.Outcome.FAILED ? name(failureClass) : name(report.outcome());
        return tell(
                ended(work, outcome, report.reason(), claimed.agent(), claimed.claimId(), evidence, now),
                work.namespace(),
                event);
    }

    private Evidence evidence(Claimed claimed, Report report) {
        var work = claimed.work();
        return new Evidence(
                work.attempt(),
                work.spec().digest(),
                work.spec().manifest().spec().runner().type(),
                name(provider),
                claimed.agent(),
                new Evidence.Configuration(requested(work), report.applied()),
                report.environment(),
                new Evidence.Network(
                        BoundaryCheck.describe(work.boundary()), report.networkApplied(), report.networkObserved()),
                report.startedAt(),
                report.endedAt(),
                report.exitCode(),
                report.log(),
                report.outputs());
    }

    private static Decision<AttemptState> lose(AttemptState state, AttemptInput.Lost lost, Instant now) {
        if (!(state instanceof Claimed claimed) || !claimed.agent().equals(lost.agent())) {
            return Decision.unchanged(state);
        }
        var work = claimed.work();
        return tell(
                ended(work, name(FailureClass.INTERRUPTED), lost.reason(), claimed.agent(), null, null, now),
                work.namespace(),
                new ExecutionEvent.Failed(
                        work.attempt(),
                        now,
                        FailureClass.INTERRUPTED,
                        lost.reason(),
                        Duration.between(claimed.at(), now),
                        null));
    }

    private static Map<String, String> requested(Work work) {
        var manifest = work.spec().manifest().spec();
        var requested = new HashMap<String, String>();
        requested.put("runner", Json.text(manifest.runner()));
        requested.put("timeout", manifest.execution().timeout().toString());
        requested.put("artifact", manifest.workload().artifact().digest().toString());
        return requested;
    }

    private static Ended ended(
            Work work,
            String outcome,
            String reason,
            String agent,
            String claimId,
            io.barecount.contracts.proof.Envelope evidence,
            Instant now) {
        return new Ended(
                work.attempt(),
                work.spec().manifest().spec().runner().type(),
                work.boundary().name(),
                outcome,
                reason,
                agent,
                claimId,
                evidence,
                now);
    }

    private static Decision<AttemptState> tell(AttemptState state, String namespace, ExecutionEvent event) {
        AttemptId attempt = event.attempt();
        return Decision.of(state, Outgoing.about(attempt, namespace, event));
    }

    /** A constant as documents write it. */
    private static String name(Enum<?> constant) {
        return Json.tree(constant).asText();
    }
}
