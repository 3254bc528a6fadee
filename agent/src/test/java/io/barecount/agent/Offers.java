package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Offers of shell scripts that lie in this storage; what they mark is in its folder {@code marks}. */
record Offers(Path storage) {
    Offer offer(String uri, String script, Duration timeout, List<String> egress) throws IOException {
        return offer(uri, script, timeout, egress, new Manifest.OnPrem(1, 256), Map.of());
    }

    Offer offer(
            String uri,
            String script,
            Duration timeout,
            List<String> egress,
            Manifest.OnPrem limits,
            Map<String, String> secrets)
            throws IOException {
        var artifact = new Manifest.Artifact(uri, Digest.of(script));
        return offer(
                new Manifest.Workload(artifact, Manifest.Runtime.SHELL, null, Map.of(), secrets, null),
                script,
                timeout,
                egress,
                limits);
    }

    /** @param script that lies in the storage; of no account where the workload is an image */
    Offer offer(
            Manifest.Workload workload, String script, Duration timeout, List<String> egress, Manifest.OnPrem limits)
            throws IOException {
        Files.createDirectories(storage.resolve("workloads"));
        Files.createDirectories(storage.resolve("marks"));
        Files.writeString(storage.resolve("workloads/w.sh"), script);
        var spec = new Manifest.Spec(
                new Manifest.Owner("team", "contact", "CC-1"),
                new Manifest.Data(
                        Manifest.Classification.INTERNAL,
                        List.of(),
                        List.of(new Manifest.DataSet("marks", "file:marks")),
                        List.of(new Manifest.DataSet("report", "file:reports/report.txt"))),
                workload,
                new Manifest.Runner(RunnerType.ONPREM, null, null, null, null, limits, new Manifest.Scaling(0, 1)),
                new Manifest.Network(NetworkModel.ONPREM, "factory"),
                List.of(),
                null,
                new Manifest.Execution(
                        timeout,
                        new Manifest.Retries(0, List.of(), Duration.ofSeconds(1)),
                        false,
                        Manifest.OnDoubt.FAIL),
                new Manifest.Cost(Duration.ofSeconds(10), null));
        var manifest = new Manifest(
                Manifest.API_VERSION, Manifest.KIND, new Manifest.Metadata("w", "team-a", Map.of(), Map.of()), spec);
        AttemptId attempt = new RunId(UUID.randomUUID()).task(0).attempt(1);
        return new Offer(
                attempt,
                1,
                new RunSpec(manifest, Map.of("my-column", "gdp"), null),
                "DE",
                false,
                new Boundary(
                        "factory",
                        NetworkModel.ONPREM,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        new Boundary.Egress(egress),
                        List.of(RunnerType.ONPREM),
                        "plant"),
                Clock.systemUTC().instant().plusSeconds(60));
    }
}
