package io.barecount.ledger;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionEvent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the platform says of a run, from its submission to its end, as the services would. */
public final class Histories {
    public static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    public static final SigningKey PERMIT_KEY = SigningKey.generate();
    public static final SigningKey EVIDENCE_KEY = SigningKey.generate();
    public static final Digest POLICY_SET = Digest.of("policies");
    public static final Boundary BOUNDARY = new Boundary(
            "branch-vpn",
            NetworkModel.VPN,
            "onprem",
            null,
            List.of(),
            List.of(),
            List.of("vpn-1"),
            new Boundary.Egress(List.of()),
            List.of(RunnerType.ONPREM),
            "network@example.com");
    public static final Estimate ESTIMATE = new Estimate(
            Money.usd("0.5"),
            Money.usd("1"),
            Money.usd("9"),
            Duration.ofMinutes(1),
            2,
            new Tariff(
                    "USD",
                    List.of(new Tariff.Line(
                            "onprem.cpu-hour", new BigDecimal("0.1"), BigDecimal.ONE, Duration.ZERO, BigDecimal.ZERO))),
            Digest.of("prices"));

    private Histories() {}

    /** Two tasks, the first of which succeeds at its second attempt. */
    public static List<Event<?>> succeeding(RunId run) {
        var spec = spec();
        var permit = new Permit(
                        run,
                        "finance",
                        spec.manifest().digest(),
                        spec.digest(),
                        POLICY_SET,
                        BOUNDARY.digest(),
                        Digest.ofCanonical(ESTIMATE),
                        List.of("cost-ceiling"),
                        NOON,
                        NOON.plusSeconds(900))
                .sign(PERMIT_KEY);
        var first = run.task(0).attempt(1);
        var again = first.next();
        var second = run.task(1).attempt(1);
        return told(
                run,
                new SubmissionEvent.Submitted(
                        run, Door.WEBHOOK, "erp", NOON, SubmissionDocument.ofPipeline("finance", "ledger-close", null)),
                new ManifestEvent.Accepted(run, spec, Door.WEBHOOK, "erp", NOON),
                new DecisionEvent.Permitted(run, spec, BOUNDARY, ESTIMATE, POLICY_SET, List.of(), permit),
                new RunEvent.Queued(run, "finance", "ledger-close", at(3), 2),
                new RunEvent.Running(run, "finance", "ledger-close", at(4), 2),
                new DispatchEvent.Start(first, spec, "a", false, BOUNDARY, ESTIMATE, permit),
                new DispatchEvent.StartAll(List.of(second), spec, BOUNDARY, ESTIMATE, permit),
                new ExecutionEvent.Started(first, at(7), "local", "agent-1"),
                new ExecutionEvent.Failed(
                        first, at(8), FailureClass.INTERRUPTED, "agent lost", Duration.ofSeconds(1), null),
                new DispatchEvent.Start(again, spec, "a", false, BOUNDARY, ESTIMATE, permit),
                new ExecutionEvent.Started(second, at(10), "local", "agent-1"),
                new ExecutionEvent.Succeeded(second, at(11), Duration.ofSeconds(1), evidence(second, "agent-1")),
                new ExecutionEvent.Started(again, at(12), "local", "agent-2"),
                new ExecutionEvent.Succeeded(again, at(13), Duration.ofSeconds(1), evidence(again, "agent-2")),
                new RunEvent.Succeeded(run, "finance", "ledger-close", at(14), 2, 0, Money.usd("0.3")));
    }

    /** As {@link #succeeding}, but that nobody attests it. */
    public static List<Event<?>> withoutEvidence(RunId run) {
        return succeeding(run).stream()
                .<Event<?>>map(event -> event.data() instanceof ExecutionEvent.Succeeded done
                        ? new Event<>(
                                event.id(),
                                event.source(),
                                event.type(),
                                event.subject(),
                                event.time(),
                                event.namespace(),
                                event.cause(),
                                event.sequence(),
                                event.traceparent(),
                                new ExecutionEvent.Succeeded(done.attempt(), done.at(), done.time(), null))
                        : event)
                .toList();
    }

    private static Envelope evidence(AttemptId attempt, String runner) {
        return new Evidence(
                        attempt,
                        spec().digest(),
                        RunnerType.ONPREM,
                        "local",
                        runner,
                        new Evidence.Configuration(Map.of("cpu", "1"), Map.of("cpu", "1", "timeout", "300")),
                        Map.of("os", "Linux"),
                        new Evidence.Network("vpn branch-vpn", "namespace", Evidence.CONFIGURED_NOT_OBSERVED),
                        at(10),
                        at(11),
                        0,
                        Digest.of("log"),
                        Map.of(),
                        null,
                        null)
                .sign(EVIDENCE_KEY);
    }

    public static List<Event<?>> denied(RunId run) {
        var spec = spec();
        var finding = new Finding(
                "cost-ceiling", Finding.Level.DENY, "/spec/cost", "the run may cost 9 USD", "9 USD", "5 USD", "finops");
        return told(
                run,
                new SubmissionEvent.Submitted(
                        run, Door.HTTP, "ana", NOON, SubmissionDocument.ofPipeline("finance", "ledger-close", null)),
                new ManifestEvent.Accepted(run, spec, Door.HTTP, "ana", NOON),
                new DecisionEvent.Denied(run, spec, ESTIMATE, POLICY_SET, List.of(finding), null),
                new RunEvent.Denied(run, "finance", "ledger-close", at(3), "cost-ceiling"));
    }

    public static List<Event<?>> rejected(RunId run) {
        return told(
                run,
                new SubmissionEvent.Submitted(
                        run, Door.KAFKA, "etl", NOON, SubmissionDocument.ofManifest("kind: Nonsense")),
                new ManifestEvent.Rejected(
                        run,
                        null,
                        null,
                        Door.KAFKA,
                        "etl",
                        List.of(new Violation("bad-kind", "/kind", 1, 7, "kind is Nonsense", "write Pipeline"))),
                new RunEvent.Rejected(run, null, null, at(2), "bad-kind"));
    }

    public static RunSpec spec() {
        var manifest = new Manifest(
                Manifest.API_VERSION,
                Manifest.KIND,
                new Manifest.Metadata("ledger-close", "finance", Map.of(), Map.of()),
                new Manifest.Spec(
                        new Manifest.Owner("finance", "fin@example.com", "cc-1"),
                        new Manifest.Data(Manifest.Classification.INTERNAL, List.of("onprem"), List.of(), List.of()),
                        new Manifest.Workload(
                                new Manifest.Artifact("file:job.jar", Digest.of("job")),
                                Manifest.Runtime.JAVA_21,
                                "Main",
                                Map.of()),
                        new Manifest.Runner(
                                RunnerType.ONPREM,
                                null,
                                null,
                                null,
                                null,
                                new Manifest.OnPrem(1, 512),
                                new Manifest.Scaling(1, 2)),
                        new Manifest.Network(NetworkModel.VPN, "branch-vpn"),
                        List.of(),
                        new Manifest.Batch(List.of("a", "b"), 2, 0, null),
                        new Manifest.Execution(
                                Duration.ofMinutes(5),
                                new Manifest.Retries(1, List.of(FailureClass.INTERRUPTED), Duration.ofSeconds(1)),
                                true,
                                Manifest.OnDoubt.FAIL),
                        new Manifest.Cost(Duration.ofMinutes(1), null)));
        return new RunSpec(manifest, Map.of(), null);
    }

    private static Instant at(int second) {
        return NOON.plusSeconds(second);
    }

    private static List<Event<?>> told(RunId run, Object... data) {
        var events = new ArrayList<Event<?>>();
        for (var i = 0; i < data.length; i++) {
            var type = EventTypes.typeOf(data[i].getClass());
            events.add(new Event<>(
                    EventIds.derive(run.value(), type + "/" + i),
                    "/barecount/test",
                    type,
                    run.toString(),
                    at(i),
                    "finance",
                    run.value(),
                    i + 1,
                    TraceContext.orNew(null, run.value()),
                    data[i]));
        }
        return events;
    }
}
