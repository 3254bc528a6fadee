package io.barecount.gateway;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A start that is in order in every part, for tests to spoil. */
public final class Permitted {
    public static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    public static final SigningKey KEY = SigningKey.generate();
    public static final RunId RUN = new RunId(EventIds.ofName("run"));

    private Permitted() {}

    public static RunSpec spec(RunnerType type) {
        return spec(type, "core");
    }

    public static RunSpec spec(RunnerType type, String boundary) {
        var runner = new Manifest.Runner(
                type,
                type == RunnerType.LAMBDA ? new Manifest.Lambda(512, Manifest.Architecture.ARM64) : null,
                null,
                null,
                null,
                type == RunnerType.ONPREM ? new Manifest.OnPrem(1, 256) : null,
                new Manifest.Scaling(0, 1));
        var spec = new Manifest.Spec(
                new Manifest.Owner("team", "contact", "CC-1"),
                new Manifest.Data(Manifest.Classification.INTERNAL, List.of(), List.of(), List.of()),
                new Manifest.Workload(
                        new Manifest.Artifact("file:workloads/W.java", Digest.of("code")),
                        Manifest.Runtime.JAVA_21,
                        null,
                        Map.of()),
                runner,
                new Manifest.Network(NetworkModel.VPC_PEERING, boundary),
                List.of(),
                new Manifest.Batch(List.of("a", "b"), 2, 0, new Manifest.Merge("Merge")),
                new Manifest.Execution(
                        Duration.ofMinutes(1),
                        new Manifest.Retries(0, List.of(), Duration.ofSeconds(1)),
                        false,
                        Manifest.OnDoubt.FAIL),
                new Manifest.Cost(Duration.ofSeconds(10), null));
        var manifest = new Manifest(
                Manifest.API_VERSION, Manifest.KIND, new Manifest.Metadata("w", "team-a", Map.of(), Map.of()), spec);
        return new RunSpec(manifest, Map.of(), null);
    }

    public static Boundary boundary() {
        return boundary("core");
    }

    public static Boundary boundary(String name) {
        return new Boundary(
                name,
                NetworkModel.VPC_PEERING,
                "eu-central-1",
                "vpc-1",
                List.of(),
                List.of(),
                List.of(),
                new Boundary.Egress(List.of("kafka.example.com:9093")),
                List.of(RunnerType.LAMBDA),
                "network");
    }

    public static Estimate estimate() {
        var cost = Money.usd("0.01");
        return new Estimate(
                cost, cost, cost, Duration.ofSeconds(10), 3, new Tariff("USD", List.of()), Digest.of("prices"));
    }

    public static Envelope permit(RunSpec spec, Instant expires, SigningKey key) {
        return permit(RUN, spec, boundary(), NOON, expires, key);
    }

    public static Envelope permit(
            RunId run, RunSpec spec, Boundary boundary, Instant from, Instant expires, SigningKey key) {
        return new Permit(
                        run,
                        "team-a",
                        spec.manifest().digest(),
                        spec.digest(),
                        Digest.of("policies"),
                        boundary.digest(),
                        Digest.ofCanonical(estimate()),
                        List.of("rule"),
                        from,
                        expires)
                .sign(key);
    }

    public static DispatchEvent.Start start() {
        var spec = spec(RunnerType.LAMBDA);
        return new DispatchEvent.Start(
                RUN.task(0).attempt(1),
                spec,
                "a",
                false,
                boundary(),
                estimate(),
                permit(spec, NOON.plusSeconds(60), KEY));
    }
}
