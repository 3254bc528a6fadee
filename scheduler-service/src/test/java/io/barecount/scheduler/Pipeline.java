package io.barecount.scheduler;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A pipeline as tests want it; each {@code with…} gives another one. */
public record Pipeline(
        String namespace,
        String name,
        Manifest.Batch batch,
        int scalingMax,
        Manifest.Retries retries,
        boolean idempotent,
        Manifest.OnDoubt onDoubt,
        boolean preemptible,
        Manifest.Priority priority) {
    /** Per hour of an attempt 3.60, so a second costs a tenth of a cent; and two cents for each attempt that ran. */
    public static final Tariff TARIFF = new Tariff(
            "USD",
            List.of(new Tariff.Line(
                    "test.hour", new BigDecimal("3.60"), BigDecimal.ONE, Duration.ZERO, new BigDecimal("0.02"))));

    private static final Digest ANY = Digest.of("any");

    public static Pipeline ofOneTask() {
        return new Pipeline(
                "plant-a",
                "quality",
                null,
                1,
                new Manifest.Retries(0, List.of(), Duration.ofSeconds(10)),
                false,
                Manifest.OnDoubt.FAIL,
                false,
                null);
    }

    public static Pipeline ofSlices(int slices) {
        return ofOneTask().withBatch(slices, slices, 0, false);
    }

    public Pipeline withBatch(int slices, int parallelism, int tolerated, boolean merge) {
        var named = IntStream.range(0, slices).mapToObj(i -> "slice-" + i).toList();
        return new Pipeline(
                namespace,
                name,
                new Manifest.Batch(named, parallelism, tolerated, merge ? new Manifest.Merge("Merge") : null),
                parallelism,
                retries,
                idempotent,
                onDoubt,
                preemptible,
                priority);
    }

    public static Pipeline ofCount(int tasks, int parallelism) {
        var pipeline = ofOneTask();
        return new Pipeline(
                pipeline.namespace,
                pipeline.name,
                Manifest.Batch.ofCount(tasks, parallelism, 0),
                parallelism,
                pipeline.retries,
                false,
                Manifest.OnDoubt.FAIL,
                false,
                null);
    }

    public Pipeline withTolerance(int failures, int percent) {
        return with(new Manifest.Batch(
                batch.slices(),
                batch.count(),
                null,
                null,
                null,
                batch.parallelism(),
                failures,
                percent,
                null,
                batch.merge()));
    }

    public Pipeline inOrder() {
        return with(new Manifest.Batch(
                batch.slices(),
                batch.count(),
                null,
                null,
                null,
                1,
                batch.toleratedFailures(),
                null,
                true,
                batch.merge()));
    }

    public Pipeline withPreemption() {
        return new Pipeline(namespace, name, batch, scalingMax, retries, true, onDoubt, true, priority);
    }

    public Pipeline withPriority(Manifest.Priority urgency) {
        return new Pipeline(namespace, name, batch, scalingMax, retries, idempotent, onDoubt, preemptible, urgency);
    }

    private Pipeline with(Manifest.Batch other) {
        return new Pipeline(namespace, name, other, scalingMax, retries, idempotent, onDoubt, preemptible, priority);
    }

    public Pipeline withParallelism(int parallelism) {
        return withBatch(batch.slices().size(), parallelism, batch.toleratedFailures(), batch.merge() != null);
    }

    public Pipeline withTolerance(int failures) {
        return withBatch(batch.slices().size(), batch.parallelism(), failures, batch.merge() != null);
    }

    public Pipeline withMerge() {
        return withBatch(batch.slices().size(), batch.parallelism(), batch.toleratedFailures(), true);
    }

    public Pipeline withScalingMax(int instances) {
        return new Pipeline(namespace, name, batch, instances, retries, idempotent, onDoubt, preemptible, priority);
    }

    public Pipeline withRetries(int max, Duration backoff, FailureClass... on) {
        return new Pipeline(
                namespace,
                name,
                batch,
                scalingMax,
                new Manifest.Retries(max, List.of(on), backoff),
                idempotent,
                onDoubt,
                preemptible,
                priority);
    }

    public Pipeline withDoubt(boolean isIdempotent, Manifest.OnDoubt then) {
        return new Pipeline(namespace, name, batch, scalingMax, retries, isIdempotent, then, preemptible, priority);
    }

    public Pipeline named(String otherNamespace, String otherName) {
        return new Pipeline(
                otherNamespace, otherName, batch, scalingMax, retries, idempotent, onDoubt, preemptible, priority);
    }

    public Manifest manifest() {
        return new Manifest(
                Manifest.API_VERSION,
                Manifest.KIND,
                new Manifest.Metadata(name, namespace, Map.of(), Map.of()),
                new Manifest.Spec(
                        new Manifest.Owner("quality", "quality@example.org", "cc-1"),
                        new Manifest.Data(Manifest.Classification.INTERNAL, List.of("onprem"), List.of(), List.of()),
                        new Manifest.Workload(
                                new Manifest.Artifact("file:quality.jar", ANY),
                                Manifest.Runtime.JAVA_21,
                                "Quality",
                                Map.of()),
                        new Manifest.Runner(
                                RunnerType.ONPREM,
                                null,
                                null,
                                null,
                                null,
                                new Manifest.OnPrem(1, 256),
                                new Manifest.Scaling(0, scalingMax)),
                        new Manifest.Network(NetworkModel.ONPREM, "plant"),
                        List.of(),
                        batch,
                        new Manifest.Execution(
                                Duration.ofMinutes(5),
                                retries,
                                idempotent,
                                onDoubt,
                                priority,
                                null,
                                null,
                                preemptible ? true : null),
                        new Manifest.Cost(Duration.ofMinutes(1), null)));
    }

    public RunSpec spec() {
        return new RunSpec(manifest(), Map.of("line", "7"), null);
    }

    public DecisionEvent.Permitted permitted(RunId run) {
        var boundary = new Boundary(
                "plant",
                NetworkModel.ONPREM,
                "onprem",
                null,
                List.of(),
                List.of(),
                List.of(),
                new Boundary.Egress(List.of()),
                List.of(RunnerType.ONPREM),
                "network-team");
        var permit = new Envelope(Envelope.IN_TOTO, "e30=", List.of(new Envelope.Signature("policy", "c2ln")));
        return new DecisionEvent.Permitted(run, spec(), boundary, estimate(), ANY, List.of(), permit);
    }

    public DecisionEvent.Denied denied(RunId run, String message) {
        var findings = List.of(
                new Finding("cheap", Finding.Level.ADVISE, "/spec", "could be cheaper", "1", "0", "finance"),
                new Finding("residency", Finding.Level.DENY, "/spec/data", message, "us", "eu", "governance"));
        return new DecisionEvent.Denied(run, spec(), estimate(), ANY, findings, null);
    }

    private Estimate estimate() {
        return new Estimate(
                Money.usd("0.01"),
                Money.usd("0.05"),
                Money.usd("0.10"),
                Duration.ofMinutes(1),
                manifest().taskCount(),
                TARIFF,
                ANY);
    }
}
