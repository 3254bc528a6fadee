package io.barecount.policy.estimate;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Runner;
import io.barecount.contracts.manifest.RunnerType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of a runner type on which a workload should fit, the smallest first, from what its manifest says of the declared type.
 *
 * <p>The need is the declared memory. Glue is the exception: its smallest worker has 2 GiB and the usual one 16, so the author could not
 * ask for less; a task that is over within a minute is taken to need {@value #BRIEF_TASK_MIB} MiB there.
 */
final class Sizing {
    private static final int BRIEF_TASK_MIB = 1024;
    private static final Duration BRIEF_TASK = Duration.ofMinutes(1);

    /** AWS Lambda quotas: "Memory allocation" 128 to 10,240 MB, "Timeout" 900 seconds. Below 512 it has little processor. */
    private static final int LAMBDA_MIB_MIN = 512;

    private static final int LAMBDA_MIB_MAX = 10_240;
    private static final Duration LAMBDA_TIMEOUT_MAX = Duration.ofMinutes(15);

    /** What the operating system of an EC2 instance takes for itself. */
    private static final int EC2_SYSTEM_MIB = 256;

    /** Amazon ECS developer guide, "Task CPU and memory": the memory that each cpu can have. */
    private record FargateSize(int cpu, int memoryMin, int memoryMax, int step) {
        Optional<Manifest.Fargate> fitting(int needMiB) {
            if (needMiB > memoryMax) {
                return Optional.empty();
            }
            var above = Math.max(0, needMiB - memoryMin);
            return Optional.of(new Manifest.Fargate(cpu, memoryMin + (above + step - 1) / step * step));
        }
    }

    private static final List<FargateSize> FARGATE = List.of(
            new FargateSize(256, 512, 1024, 512),
            new FargateSize(256, 2048, 2048, 1024),
            new FargateSize(512, 1024, 4096, 1024),
            new FargateSize(1024, 2048, 8192, 1024),
            new FargateSize(2048, 4096, 16_384, 1024),
            new FargateSize(4096, 8192, 30_720, 1024),
            new FargateSize(8192, 16_384, 61_440, 4096),
            new FargateSize(16_384, 32_768, 122_880, 8192));

    /** Common types of Amazon EC2 with their memory; of those that fit, the cheapest in the price book is taken. */
    private record Ec2Size(String instanceType, int memoryMiB) {}

    private static final List<Ec2Size> EC2 = List.of(
            new Ec2Size("t3.micro", 1024),
            new Ec2Size("t3.small", 2048),
            new Ec2Size("t3.medium", 4096),
            new Ec2Size("t3.large", 8192),
            new Ec2Size("m7g.large", 8192),
            new Ec2Size("t3.xlarge", 16_384),
            new Ec2Size("c6i.2xlarge", 16_384),
            new Ec2Size("t3.2xlarge", 32_768),
            new Ec2Size("m7g.4xlarge", 65_536));

    private final Prices prices;

    Sizing(Prices prices) {
        this.prices = prices;
    }

    /** The first of {@link #all}. */
    Optional<Runner> of(RunnerType type, Manifest manifest) {
        return all(type, manifest).stream().findFirst();
    }

    /**
     * Every size that is large enough, the usual one first; none where there is no such size, or the type can't run for as long as the
     * manifest's timeout. Of EC2 only what has a price.
     */
    List<Runner> all(RunnerType type, Manifest manifest) {
        var need = needMiB(manifest);
        var scaling = manifest.spec().runner().scaling();
        return switch (type) {
            case LAMBDA ->
                need > LAMBDA_MIB_MAX || manifest.spec().execution().timeout().compareTo(LAMBDA_TIMEOUT_MAX) > 0
                        ? List.of()
                        : Stream.of(Manifest.Architecture.ARM64, Manifest.Architecture.X86_64)
                                .map(architecture -> new Manifest.Lambda(Math.max(LAMBDA_MIB_MIN, need), architecture))
                                .map(lambda -> new Runner(type, lambda, null, null, null, null, scaling))
                                .toList();
            case FARGATE ->
                FARGATE.stream()
                        .flatMap(size -> size.fitting(need).stream())
                        .map(fargate -> new Runner(type, null, fargate, null, null, null, scaling))
                        .toList();
            case GLUE ->
                Arrays.stream(Manifest.GlueWorker.values())
                        .filter(worker -> worker.memoryMiB() >= need)
                        .map(worker -> new Runner(type, null, null, new Manifest.Glue(worker, 2), null, null, scaling))
                        .toList();
            case EC2 ->
                EC2.stream()
                        .filter(size -> size.memoryMiB() - EC2_SYSTEM_MIB >= need)
                        .filter(size ->
                                prices.find(Prices.ec2Item(size.instanceType())).isPresent())
                        .sorted(Comparator.comparing(this::price))
                        .map(size -> new Runner(
                                type, null, null, null, new Manifest.Ec2(size.instanceType(), need), null, scaling))
                        .toList();
            case ONPREM -> List.of(new Runner(type, null, null, null, null, new Manifest.OnPrem(1, need), scaling));
            case AUTO -> List.of();
        };
    }

    /** Whether there would be a size, if everything had a price. */
    boolean fits(RunnerType type, Manifest manifest) {
        return type == RunnerType.EC2
                ? EC2.stream().anyMatch(size -> size.memoryMiB() - EC2_SYSTEM_MIB >= needMiB(manifest))
                : !all(type, manifest).isEmpty();
    }

    private BigDecimal price(Ec2Size size) {
        return prices.find(Prices.ec2Item(size.instanceType())).orElseThrow().price();
    }

    private static int needMiB(Manifest manifest) {
        var runner = manifest.spec().runner();
        var brief = manifest.spec().cost().expectedRuntime().compareTo(BRIEF_TASK) <= 0;
        return runner.type() == RunnerType.GLUE && brief ? BRIEF_TASK_MIB : runner.memoryMiB();
    }
}
