package io.barecount.policy.estimate;

import static io.barecount.policy.Samples.SHIPPED;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.ec2;
import static io.barecount.policy.Samples.fargate;
import static io.barecount.policy.Samples.glue;
import static io.barecount.policy.Samples.lambda;
import static io.barecount.policy.Samples.onprem;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.GlueWorker;
import io.barecount.contracts.manifest.Manifest.Runner;
import io.barecount.contracts.manifest.RunnerType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlternativesTest {
    private final Alternatives alternatives = new Alternatives(new Prices(SHIPPED.priceBook()));

    private Optional<Runner> sized(RunnerType type, Manifest manifest) {
        return alternatives.to(manifest).stream()
                .map(Alternative::runner)
                .filter(runner -> runner.type() == type)
                .findFirst();
    }

    @Test
    void everyOtherTypeIsOfferedCheapestFirst() {
        var offered = alternatives.to(draft().on(ec2("c6i.2xlarge", 512)).manifest());

        assertThat(offered)
                .extracting(alternative -> alternative.runner().type())
                .containsExactly(RunnerType.ONPREM, RunnerType.LAMBDA, RunnerType.FARGATE, RunnerType.GLUE);
        assertThat(offered)
                .extracting(alternative -> alternative.estimate().likely())
                .isSorted();
    }

    @Test
    void aSmallWorkloadGetsSmallSettings() {
        var manifest = draft().on(onprem(512)).manifest();

        assertThat(sized(RunnerType.LAMBDA, manifest)).contains(lambda(512));
        assertThat(sized(RunnerType.FARGATE, manifest)).contains(fargate(256, 512));
        assertThat(sized(RunnerType.GLUE, manifest)).contains(glue(GlueWorker.G_025X, 2));
        assertThat(sized(RunnerType.EC2, manifest)).contains(ec2("t3.micro", 512));
    }

    /** Sizes of the Amazon ECS developer guide, "Task CPU and memory". */
    @ParameterizedTest
    @CsvSource({
        "64,256,512",
        "513,256,1024",
        "1025,256,2048",
        "2049,512,3072",
        "4096,512,4096",
        "4097,1024,5120",
        "8193,2048,9216",
        "16384,2048,16384",
        "16385,4096,17408",
        "30721,8192,32768",
        "32769,8192,36864",
        "61441,16384,65536",
        "65537,16384,73728",
        "122880,16384,122880"
    })
    void fargateHasOnlyCertainSizes(int needMiB, int cpu, int memoryMiB) {
        assertThat(sized(RunnerType.FARGATE, draft().on(onprem(needMiB)).manifest()))
                .contains(fargate(cpu, memoryMiB));
    }

    @Test
    void aTypeThatIsTooSmallIsNotOffered() {
        assertThat(sized(RunnerType.LAMBDA, draft().on(onprem(10_240)).manifest()))
                .isPresent();
        assertThat(sized(RunnerType.LAMBDA, draft().on(onprem(10_241)).manifest()))
                .isEmpty();
        assertThat(sized(RunnerType.FARGATE, draft().on(onprem(122_881)).manifest()))
                .isEmpty();
        assertThat(sized(RunnerType.GLUE, draft().on(onprem(131_073)).manifest()))
                .isEmpty();
    }

    @Test
    void lambdaIsNotOfferedForWhatMayTakeLongerThanItAllows() {
        var most = Duration.ofMinutes(15);

        assertThat(sized(
                        RunnerType.LAMBDA,
                        draft().on(onprem(512)).taking(most, most).manifest()))
                .isPresent();
        assertThat(sized(
                        RunnerType.LAMBDA,
                        draft().on(onprem(512))
                                .taking(most, most.plusSeconds(1))
                                .manifest()))
                .isEmpty();
    }

    @Test
    void anInstanceLeavesMemoryToItsSystemAndIsTheCheapestWithAPrice() {
        assertThat(sized(RunnerType.EC2, draft().on(onprem(768)).manifest())).contains(ec2("t3.micro", 768));
        // t3.small would do, but has no price in the shipped book
        assertThat(sized(RunnerType.EC2, draft().on(onprem(1024)).manifest())).contains(ec2("t3.medium", 1024));
        // m7g.large is cheaper than t3.large
        assertThat(sized(RunnerType.EC2, draft().on(onprem(5000)).manifest())).contains(ec2("m7g.large", 5000));
    }

    @Test
    void gluesLargeWorkersAreNoNeedOfABriefTask() {
        var brief = draft().on(glue(GlueWorker.G_1X, 2)).taking(Duration.ofMinutes(1), Duration.ofMinutes(5));
        var longer = draft().on(glue(GlueWorker.G_1X, 2)).taking(Duration.ofSeconds(61), Duration.ofMinutes(5));

        assertThat(sized(RunnerType.LAMBDA, brief.manifest())).contains(lambda(1024));
        assertThat(sized(RunnerType.LAMBDA, longer.manifest())).isEmpty();
        assertThat(sized(RunnerType.FARGATE, longer.manifest())).contains(fargate(2048, 16_384));
    }

    @Test
    void aTypeWithoutAPriceIsNotOffered() {
        var onlyGlue = new PriceBook(
                "glue",
                "2026-06",
                "USD",
                SHIPPED.priceBook().items().stream()
                        .filter(item -> item.item().startsWith("glue."))
                        .toList());

        assertThat(new Alternatives(new Prices(onlyGlue)).to(draft().manifest()))
                .extracting(alternative -> alternative.runner().type())
                .containsExactly(RunnerType.GLUE);
    }

    @Test
    void anImageRunsOnPremisesOnly() {
        var manifest = draft().on(onprem(512)).manifest();
        var spec = manifest.spec();
        var image = new Manifest.Spec(
                spec.owner(),
                spec.data(),
                new Manifest.Workload(null, null, null, null, null, "plant/chart@sha256:" + "ab".repeat(32)),
                spec.runner(),
                spec.network(),
                spec.triggers(),
                spec.batch(),
                spec.execution(),
                spec.cost());

        assertThat(alternatives.to(manifest)).isNotEmpty();
        assertThat(alternatives.to(new Manifest(manifest.apiVersion(), manifest.kind(), manifest.metadata(), image)))
                .isEmpty();
    }

    @Test
    void theInstancesOfARunStayAsManyAsDeclared() {
        var runner = lambda(512);
        var scaled = new Runner(runner.type(), runner.lambda(), null, null, null, null, new Manifest.Scaling(1, 7));

        assertThat(alternatives.to(draft().on(scaled).manifest()))
                .extracting(alternative -> alternative.runner().scaling())
                .containsOnly(new Manifest.Scaling(1, 7));
    }

    @Test
    void aVariantDiffersInNothingElse() {
        var manifest = draft().labelled(Map.of("a", "b")).sliced(3).manifest();
        var there = Variant.on(fargate(256, 512), manifest);

        assertThat(Variant.on(manifest.spec().runner(), there)).isEqualTo(manifest);
        assertThat(there.spec().batch().slices()).isEqualTo(List.of("s0", "s1", "s2"));
    }
}
