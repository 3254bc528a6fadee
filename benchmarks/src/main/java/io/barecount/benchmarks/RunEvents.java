package io.barecount.benchmarks;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionEvent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What the platform says of a run with two tasks, as its services would: as much as a broker takes, without the platform. */
public final class RunEvents {
    /** Events of one run. */
    public static final int COUNT = 13;

    private static final String NAMESPACE = "finance";
    private static final String PIPELINE = "ledger-close";
    private final RunSpec spec = spec();
    private final Boundary boundary = new Boundary(
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
    private final Estimate estimate = new Estimate(
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
    private final Digest policies = Digest.of("policies");
    private final Envelope permit = new Permit(
                    new RunId(new UUID(1, 1)),
                    NAMESPACE,
                    spec.manifest().digest(),
                    spec.digest(),
                    policies,
                    boundary.digest(),
                    Digest.ofCanonical(estimate),
                    List.of("cost-ceiling"),
                    Instant.parse("2026-01-02T12:00:00Z"),
                    Instant.parse("2026-01-02T12:15:00Z"))
            .sign(SigningKey.generate());

    /** In the order in which they are said, at this time. */
    public List<ProducerRecord<String, byte[]>> of(RunId run, Instant now) {
        var first = run.task(0).attempt(1);
        var second = run.task(1).attempt(1);
        var data = List.<Object>of(
                new SubmissionEvent.Submitted(
                        run, Door.WEBHOOK, "erp", now, SubmissionDocument.ofPipeline(NAMESPACE, PIPELINE, null)),
                new ManifestEvent.Accepted(run, spec, Door.WEBHOOK, "erp", now),
                new DecisionEvent.Permitted(run, spec, boundary, estimate, policies, List.of(), permit),
                new RunEvent.Queued(run, NAMESPACE, PIPELINE, now, 2),
                new RunEvent.Running(run, NAMESPACE, PIPELINE, now, 2),
                new DispatchEvent.Start(first, spec, "a", false, boundary, estimate, permit),
                new DispatchEvent.Start(second, spec, "b", false, boundary, estimate, permit),
                new ExecutionEvent.Started(first, now, "local", "agent-1"),
                new ExecutionEvent.Started(second, now, "local", "agent-2"),
                new ExecutionEvent.Succeeded(first, now, Duration.ofSeconds(1), null),
                new ExecutionEvent.Succeeded(second, now, Duration.ofSeconds(1), null),
                new RunEvent.Running(run, NAMESPACE, PIPELINE, now, 2),
                new RunEvent.Succeeded(run, NAMESPACE, PIPELINE, now, 2, 0, Money.usd("0.3")));
        var records = new ArrayList<ProducerRecord<String, byte[]>>(COUNT);
        for (var i = 0; i < COUNT; i++) {
            records.add(record(run, i, data.get(i), now));
        }
        return records;
    }

    private static ProducerRecord<String, byte[]> record(RunId run, int index, Object data, Instant now) {
        var type = EventTypes.typeOf(data.getClass());
        var topic = EventTypes.topicOf(data.getClass());
        var event = new Event<>(
                EventIds.derive(run.value(), type + "/" + index),
                "/barecount/bench",
                type,
                run.toString(),
                now,
                NAMESPACE,
                run.value(),
                index + 1L,
                TraceContext.orNew(null, run.value()),
                data);
        var key = topic == Topic.SUBMISSIONS ? NAMESPACE + "/" + PIPELINE : run.toString();
        var record = new ProducerRecord<>(topic.topicName(), key, EventCodec.value(event));
        EventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private static RunSpec spec() {
        var manifest = new Manifest(
                Manifest.API_VERSION,
                Manifest.KIND,
                new Manifest.Metadata(PIPELINE, NAMESPACE, Map.of(), Map.of()),
                new Manifest.Spec(
                        new Manifest.Owner(NAMESPACE, "fin@example.com", "cc-1"),
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
}
