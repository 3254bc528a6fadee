package io.barecount.policy.estimate;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Architecture;
import io.barecount.contracts.manifest.Manifest.Runner;
import io.barecount.contracts.manifest.Manifest.Spec;
import io.barecount.contracts.manifest.RunnerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The same workload on other runner types, each in the smallest size that gives it the memory it has now. */
public final class OtherRunners {
    private static final int LAMBDA_MEMORY_MAX_MIB = 10_240;
    private static final int LAMBDA_MEMORY_MIN_MIB = 512;
    private static final Duration LAMBDA_TIMEOUT_MAX = Duration.ofMinutes(15);
    /** Fargate's smallest cpu for a memory, in MiB; AWS, "Amazon ECS task size". */
    private static final int[][] FARGATE = {
        {256, 512}, {256, 1024}, {256, 2048}, {512, 4096}, {1024, 8192}, {2048, 16384}, {4096, 30720}
    };

    private static final int GLUE_WORKERS_MIN = 2;

    private OtherRunners() {}

    /** Manifests that differ in nothing but the runner; those whose limits the workload would break are left out. */
    public static List<Manifest> of(Manifest manifest) {
        var others = new ArrayList<Manifest>();
        for (var type : RunnerType.values()) {
            if (type != manifest.spec().runner().type()) {
                on(type, manifest).ifPresent(runner -> others.add(withRunner(manifest, runner)));
            }
        }
        return others;
    }

    private static Optional<Runner> on(RunnerType type, Manifest manifest) {
        var memory = manifest.spec().runner().memoryMiB();
        var scaling = manifest.spec().runner().scaling();
        return switch (type) {
            case LAMBDA ->
                memory > LAMBDA_MEMORY_MAX_MIB
                                || manifest.spec().execution().timeout().compareTo(LAMBDA_TIMEOUT_MAX) > 0
                        ? Optional.empty()
                        : Optional.of(new Runner(
                                type,
                                new Manifest.Lambda(Math.max(memory, LAMBDA_MEMORY_MIN_MIB), Architecture.ARM64),
                                null,
                                null,
                                null,
                                null,
                                scaling));
            case FARGATE -> {
                for (var size : FARGATE) {
                    if (size[1] >= memory) {
                        yield Optional.of(new Runner(
                                type, null, new Manifest.Fargate(size[0], size[1]), null, null, null, scaling));
                    }
                }
                yield Optional.empty();
            }
            case GLUE -> {
                for (var worker : Manifest.GlueWorker.values()) {
                    if (worker.memoryMiB() >= memory) {
                        yield Optional.of(new Runner(
                                type, null, null, new Manifest.Glue(worker, GLUE_WORKERS_MIN), null, null, scaling));
                    }
                }
                yield Optional.empty();
            }
            case EC2 -> {
                var instance =
                        memory <= 768 ? "t3.micro" : memory <= 3072 ? "t3.medium" : memory <= 7168 ? "t3.large" : null;
                yield instance == null
                        ? Optional.empty()
                        : Optional.of(
                                new Runner(type, null, null, null, new Manifest.Ec2(instance, memory), null, scaling));
            }
            case ONPREM ->
                Optional.of(new Runner(type, null, null, null, null, new Manifest.OnPrem(1, memory), scaling));
        };
    }

    private static Manifest withRunner(Manifest manifest, Runner runner) {
        var spec = manifest.spec();
        return with(
                manifest,
                new Spec(
                        spec.owner(),
                        spec.data(),
                        spec.workload(),
                        runner,
                        spec.network(),
                        spec.triggers(),
                        spec.batch(),
                        spec.execution(),
                        spec.cost()));
    }

    /** The same manifest in another network. */
    public static Manifest withNetwork(Manifest manifest, Manifest.Network network) {
        var spec = manifest.spec();
        return with(
                manifest,
                new Spec(
                        spec.owner(),
                        spec.data(),
                        spec.workload(),
                        spec.runner(),
                        network,
                        spec.triggers(),
                        spec.batch(),
                        spec.execution(),
                        spec.cost()));
    }

    private static Manifest with(Manifest manifest, Spec spec) {
        return new Manifest(manifest.apiVersion(), manifest.kind(), manifest.metadata(), spec);
    }
}
