package io.barecount.policy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Classification;
import io.barecount.contracts.manifest.Manifest.Runner;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.submission.Door;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.decision.Question;
import io.barecount.policy.documents.GovernanceDocuments;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.permit.Permits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Manifests and governance for tests. The governance is the one that is shipped. */
public final class Samples {
    public static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");
    public static final Duration VALIDITY = Duration.ofHours(24);
    public static final SigningKey KEY = SigningKey.generate();
    public static final Path EXAMPLES = Path.of("..", "examples");
    public static final GovernanceDocuments SHIPPED = GovernanceDocuments.read(EXAMPLES.resolve("governance"));

    private Samples() {}

    public static Governance shipped() {
        return new Governance(
                CelRules.compile(SHIPPED.policySets()),
                new Boundaries(SHIPPED.boundaries()),
                new Prices(SHIPPED.priceBook()),
                new Permits(KEY, VALIDITY));
    }

    /** A shipped example; the defaults that a decision reads are all written out there. */
    public static Manifest example(String name) {
        try {
            var file = EXAMPLES.resolve("manifests").resolve(name + ".yaml").toFile();
            return Json.fromTree(new YAMLMapper().readTree(file), Manifest.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Internal data in eu-central-1, one task of ten seconds (at most a minute) on Lambda in {@code commerce-core}: passes. */
    public static Draft draft() {
        return new Draft();
    }

    /** A manifest in the making. */
    public static final class Draft {
        private Classification classification = Classification.INTERNAL;
        private List<String> residency = List.of("eu-central-1");
        private Runner runner = lambda(512);
        private Manifest.Network network = new Manifest.Network(NetworkModel.VPC_PEERING, "commerce-core");
        private int slices;
        private Duration expected = Duration.ofSeconds(10);
        private Duration timeout = Duration.ofMinutes(1);
        private Money ceiling;
        private Map<String, String> labels = Map.of();
        private String namespace = "finance";

        public Draft of(String theNamespace) {
            namespace = theNamespace;
            return this;
        }

        public Draft classified(Classification as) {
            classification = as;
            return this;
        }

        public Draft residing(String... regions) {
            residency = List.of(regions);
            return this;
        }

        public Draft on(Runner on) {
            runner = on;
            return this;
        }

        public Draft in(NetworkModel model, String boundary) {
            network = new Manifest.Network(model, boundary);
            return this;
        }

        public Draft sliced(int into) {
            slices = into;
            return this;
        }

        public Draft taking(Duration time, Duration atMost) {
            expected = time;
            timeout = atMost;
            return this;
        }

        public Draft costingAtMost(Money amount) {
            ceiling = amount;
            return this;
        }

        public Draft labelled(Map<String, String> with) {
            labels = with;
            return this;
        }

        public Manifest manifest() {
            var slicesOrNone = slices == 0
                    ? null
                    : new Manifest.Batch(
                            IntStream.range(0, slices).mapToObj(i -> "s" + i).toList(), 4, 0, null);
            return new Manifest(
                    Manifest.API_VERSION,
                    Manifest.KIND,
                    new Manifest.Metadata("sample", namespace, labels, Map.of()),
                    new Manifest.Spec(
                            new Manifest.Owner("team", "team@example.org", "1"),
                            new Manifest.Data(classification, residency, List.of(), List.of()),
                            new Manifest.Workload(
                                    new Manifest.Artifact("file:workloads/x.sh", Digest.of("x")),
                                    Manifest.Runtime.SHELL,
                                    null,
                                    Map.of("p", "1")),
                            runner,
                            network,
                            List.of(),
                            slicesOrNone,
                            new Manifest.Execution(
                                    timeout,
                                    new Manifest.Retries(0, List.of(), Duration.ofSeconds(2)),
                                    false,
                                    Manifest.OnDoubt.FAIL),
                            new Manifest.Cost(expected, ceiling)));
        }
    }

    public static Runner lambda(int memoryMiB) {
        return runner(
                RunnerType.LAMBDA, new Manifest.Lambda(memoryMiB, Manifest.Architecture.ARM64), null, null, null, null);
    }

    public static Runner spot(int cpu, int memoryMiB) {
        return runner(RunnerType.FARGATE, null, new Manifest.Fargate(cpu, memoryMiB, true), null, null, null);
    }

    public static Runner fargate(int cpu, int memoryMiB) {
        return runner(RunnerType.FARGATE, null, new Manifest.Fargate(cpu, memoryMiB), null, null, null);
    }

    public static Runner glue(Manifest.GlueWorker worker, int workers) {
        return runner(RunnerType.GLUE, null, null, new Manifest.Glue(worker, workers), null, null);
    }

    public static Runner ec2(String instanceType, int memoryMiB) {
        return runner(RunnerType.EC2, null, null, null, new Manifest.Ec2(instanceType, memoryMiB), null);
    }

    public static Runner onprem(int memoryMiB) {
        return runner(RunnerType.ONPREM, null, null, null, null, new Manifest.OnPrem(1, memoryMiB));
    }

    /** @param among any if none is named */
    public static Runner auto(int memoryMiB, RunnerType... among) {
        return new Runner(
                RunnerType.AUTO,
                null,
                null,
                null,
                null,
                null,
                new Manifest.Scaling(0, 1),
                new Manifest.Auto(memoryMiB, among.length == 0 ? null : List.of(among)));
    }

    private static Runner runner(
            RunnerType type,
            Manifest.Lambda lambda,
            Manifest.Fargate fargate,
            Manifest.Glue glue,
            Manifest.Ec2 ec2,
            Manifest.OnPrem onprem) {
        return new Runner(type, lambda, fargate, glue, ec2, onprem, new Manifest.Scaling(0, 1));
    }

    public static RunId run(String name) {
        return new RunId(EventIds.ofName(name));
    }

    public static RunSpec spec(Manifest manifest) {
        return new RunSpec(manifest, manifest.spec().workload().parameters(), null);
    }

    public static ManifestEvent.Accepted accepted(RunId run, Manifest manifest) {
        return new ManifestEvent.Accepted(run, spec(manifest), Door.HTTP, "ada", NOON);
    }

    /** Whether a run of this manifest would pass, at noon. */
    public static Question ask(Manifest manifest) {
        return Question.of(manifest, NOON);
    }
}
