package io.barecount.gateway.attempt;

import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.Evidence.AgentStatement;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.gateway.attempt.AttemptState.Carried;
import io.barecount.gateway.attempt.AttemptState.Claimed;
import io.barecount.gateway.attempt.AttemptState.Driven;
import io.barecount.gateway.attempt.AttemptState.Ended;
import io.barecount.gateway.boundary.BoundaryCheck;
import io.barecount.gateway.runner.Work;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How an attempt ends: its last state, what is told of it, and the evidence, signed. */
final class Endings {
    static final String LOCAL = "local";
    private static final String NOOP = "noop";

    private final SigningKey evidenceKey;
    private final SpecDigests specs = new SpecDigests();

    Endings(SigningKey evidenceKey) {
        this.evidenceKey = evidenceKey;
    }

    /** As the agent that held it reported. */
    Decision<AttemptState> reported(Claimed claimed, Report report, AgentStatement statement, Instant now) {
        var evidence = evidenceOfAgent(claimed.work(), claimed.agent(), report, statement, null);
        return end(claimed.work(), claimed.agent(), claimed.claimId(), report, evidence, now);
    }

    /** As the agent reported to which it was carried: that it was started is told now as well, as nobody knew. */
    Decision<AttemptState> imported(Carried carried, Report report, AgentStatement statement, Instant now) {
        var work = carried.work();
        var airGap = new Evidence.AirGap(carried.bundle(), carried.at(), now);
        var evidence = evidenceOfAgent(work, carried.agent(), report, statement, airGap);
        var end = end(work, carried.agent(), carried.claimId(), report, evidence, now);
        if (report.startedAt() == null) {
            return end;
        }
        var started = Attempts.about(work, new ExecutionEvent.Started(work.attempt(), now, LOCAL, carried.agent()));
        return new Decision<>(
                end.state(),
                Stream.concat(Stream.of(started), end.events().stream()).toList());
    }

    private Envelope evidenceOfAgent(
            Work work, String agent, Report report, AgentStatement statement, Evidence.AirGap airGap) {
        return evidence(
                work,
                LOCAL,
                agent,
                report.applied(),
                new Evidence.Network(
                        BoundaryCheck.describe(work.boundary()), report.networkApplied(), report.networkObserved()),
                report,
                statement,
                airGap);
    }

    /** Whoever had it can't say any more what became of it. */
    static Decision<AttemptState> lost(
            Work work, String agent, FailureClass failureClass, String reason, Duration time, Instant now) {
        return tell(
                ended(work, name(failureClass), reason, agent, null, null, now),
                work.namespace(),
                new ExecutionEvent.Failed(work.attempt(), now, failureClass, reason, time, null));
    }

    /**
     * As the workload that held it reported, or as the provider says it ended.
     *
     * @param report for a workload that could not report, what is known
     */
    Decision<AttemptState> reported(Driven driven, Report report, Instant now) {
        var applied = new TreeMap<>(driven.request().settings());
        applied.putAll(report.applied());
        if (driven.handle() != null) {
            applied.put("handle", driven.handle());
        }
        var observed = Optional.ofNullable(driven.networkObserved())
                .or(() -> Optional.ofNullable(report.networkObserved()))
                .orElse(Evidence.CONFIGURED_NOT_OBSERVED);
        var evidence = evidence(
                driven.work(),
                driven.request().provider(),
                driven.holder().identity(),
                applied,
                new Evidence.Network(
                        BoundaryCheck.describe(driven.work().boundary()),
                        driven.request().placement().toString(),
                        observed),
                report,
                null,
                null);
        return end(driven.work(), driven.holder().identity(), driven.holder().claimId(), report, evidence, now);
    }

    private static Decision<AttemptState> end(
            Work work, String runner, String claimId, Report report, Envelope evidence, Instant now) {
        var time = report.startedAt() == null ? Duration.ZERO : Duration.between(report.startedAt(), report.endedAt());
        var failureClass = Optional.ofNullable(report.failureClass()).orElse(FailureClass.WORKLOAD_FAILED);
        var event = switch (report.outcome()) {
            case SUCCEEDED -> new ExecutionEvent.Succeeded(work.attempt(), now, time, evidence);
            case FAILED ->
                new ExecutionEvent.Failed(work.attempt(), now, failureClass, report.reason(), time, evidence);
            case STOPPED -> new ExecutionEvent.Stopped(work.attempt(), now, report.reason(), time, evidence);
        };
        var outcome = report.outcome() == Report.Outcome.FAILED ? name(failureClass) : name(report.outcome());
        return tell(ended(work, outcome, report.reason(), runner, claimId, evidence, now), work.namespace(), event);
    }

    /** It never ran: nothing claimed it, and from now on nothing can. */
    static Decision<AttemptState> neverRan(Work work, FailureClass failureClass, String reason, Instant now) {
        return tell(
                ended(work, name(failureClass), reason, null, null, null, now),
                work.namespace(),
                new ExecutionEvent.Failed(work.attempt(), now, failureClass, reason, Duration.ZERO, null));
    }

    /** It was stopped before anything claimed it. */
    static Decision<AttemptState> stoppedBefore(Work work, String reason, Instant now) {
        return tell(
                ended(work, "stopped", reason, null, null, null, now),
                work.namespace(),
                new ExecutionEvent.Stopped(work.attempt(), now, reason, Duration.ZERO, null));
    }

    Decision<AttemptState> nothingDone(Work work, Instant now) {
        var nothing = "nothing was executed";
        var evidence = sign(new Evidence(
                work.attempt(),
                specs.of(work),
                work.runnerType(),
                NOOP,
                NOOP,
                new Evidence.Configuration(requested(work), Map.of()),
                Map.of(),
                new Evidence.Network(BoundaryCheck.describe(work.boundary()), nothing, nothing),
                now,
                now,
                null,
                null,
                Map.of(),
                null,
                null));
        return Decision.of(
                ended(work, "succeeded", null, NOOP, null, evidence, now),
                Attempts.about(work, new ExecutionEvent.Started(work.attempt(), now, NOOP, NOOP)),
                Attempts.about(work, new ExecutionEvent.Succeeded(work.attempt(), now, Duration.ZERO, evidence)));
    }

    private Envelope evidence(
            Work work,
            String provider,
            String runner,
            Map<String, String> applied,
            Evidence.Network network,
            Report report,
            AgentStatement statement,
            Evidence.AirGap airGap) {
        return sign(new Evidence(
                work.attempt(),
                specs.of(work),
                work.runnerType(),
                provider,
                runner,
                new Evidence.Configuration(requested(work), applied),
                report.environment(),
                network,
                report.startedAt(),
                report.endedAt(),
                report.exitCode(),
                report.log(),
                report.outputs(),
                statement,
                airGap));
    }

    private Envelope sign(Evidence evidence) {
        return evidence.sign(evidenceKey);
    }

    private static Map<String, String> requested(Work work) {
        var manifest = work.spec().manifest().spec();
        var requested = new HashMap<String, String>();
        requested.put("runner", Json.text(manifest.runner()));
        requested.put("timeout", manifest.execution().timeout().toString());
        requested.put(
                manifest.workload().image() == null ? "artifact" : "image",
                manifest.workload().codeDigest().toString());
        return requested;
    }

    static Ended ended(
            Work work, String outcome, String reason, String runner, String claimId, Envelope evidence, Instant now) {
        return new Ended(
                work.attempt(),
                work.runnerType(),
                work.boundary().name(),
                outcome,
                reason,
                runner,
                claimId,
                evidence,
                now);
    }

    static Decision<AttemptState> tell(AttemptState state, String namespace, ExecutionEvent event) {
        return Decision.of(state, Outgoing.about(event.attempt(), namespace, event));
    }

    /** A constant as documents write it. */
    static String name(Enum<?> constant) {
        return Json.tree(constant).asText();
    }
}
