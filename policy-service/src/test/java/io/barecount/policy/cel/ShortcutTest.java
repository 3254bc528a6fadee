package io.barecount.policy.cel;

import static io.barecount.policy.Samples.SHIPPED;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.ec2;
import static io.barecount.policy.Samples.example;
import static io.barecount.policy.Samples.fargate;
import static io.barecount.policy.Samples.glue;
import static io.barecount.policy.Samples.lambda;
import static io.barecount.policy.Samples.onprem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.types.SimpleType;
import io.barecount.contracts.Money;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Classification;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.policy.Samples;
import io.barecount.policy.estimate.Alternatives;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.Facts;
import io.barecount.policy.evaluation.RuleCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way gives what the reference implementation gives, wherever it gives anything. */
class ShortcutTest {
    private static final Prices PRICES = new Prices(SHIPPED.priceBook());
    private static final Boundaries BOUNDARIES = new Boundaries(SHIPPED.boundaries());

    /** What rules are made of, on every kind of field; each over facts for which it holds, does not hold, and is an error. */
    private static final List<String> PARTS = List.of(
            "manifest.kind == 'Pipeline'",
            "manifest.metadata.labels['c'] == '1'",
            "'c' in manifest.metadata.labels",
            "has(manifest.metadata.labels.c)",
            "has(manifest.metadata.annotations)",
            "size(manifest.metadata.labels) > 1",
            "manifest.metadata.labels.exists(k, k == 'a')",
            "manifest.spec.data.classification in ['confidential', 'restricted']",
            "manifest.spec.data.residency.exists(r, r == boundary.region)",
            "manifest.spec.data.residency[0] == 'eu-central-1'",
            "manifest.spec.data.inputs.all(i, i.uri.startsWith('file:') && i.name != '')",
            "manifest.spec.workload.runtime != 'java-21'",
            "manifest.spec.workload.parameters['p'] == '1'",
            "manifest.spec.workload.parameters.all(k, manifest.spec.workload.parameters[k] == '1')",
            "has(manifest.spec.workload.secrets) || has(manifest.spec.workload.image)",
            "manifest.spec.workload.artifact.uri.endsWith('.sh')",
            "manifest.spec.runner.type == runner",
            "manifest.spec.runner.lambda.memoryMiB >= 512 && manifest.spec.runner.lambda.architecture == 'arm64'",
            "has(manifest.spec.runner.glue) && manifest.spec.runner.glue.workerType == 'G.1X'",
            "has(manifest.spec.runner.fargate.spot) && manifest.spec.runner.fargate.spot",
            "has(manifest.spec.runner.onprem) ? manifest.spec.runner.onprem.cpu * 2 - 1 < 2 : runner != 'onprem'",
            "manifest.spec.runner.scaling.max + 1 > manifest.spec.runner.scaling.min",
            "manifest.spec.network.model == boundary.model",
            "has(manifest.spec.batch) && size(manifest.spec.batch.slices) <= 10",
            "manifest.spec.batch.slices.exists(s, s == 's3')",
            "manifest.spec.batch.slices.all(s, s.contains('s')) && manifest.spec.batch.parallelism == 4",
            "manifest.spec.execution.timeout == 'PT1M'",
            "manifest.spec.execution.idempotent == false",
            "'interrupted' in manifest.spec.execution.retries.on",
            "manifest.spec.execution.retries.max <= 3 && manifest.spec.execution.onDoubt == 'fail'",
            "has(manifest.spec.execution.priority)",
            "has(manifest.spec.cost.maxPerRun) && manifest.spec.cost.maxPerRun.currency == 'USD'",
            "double(manifest.spec.cost.maxPerRun.amount) >= estimate.likely",
            "runner in boundary.allowedRunners",
            "size(boundary.subnets) == 2 && boundary.egress.allow.exists(peer, peer.endsWith(':443'))",
            "has(boundary.vpc)",
            "estimate.low <= estimate.likely && estimate.likely <= estimate.high",
            "estimate.perTaskSeconds * double(estimate.tasks) + 0.5 - 0.25 > 60.0",
            "estimate.tasks == 1 || estimate.tasks != 1 && estimate.tasks > 5",
            "estimate.currency + '/' + runner == 'USD/lambda'",
            "alternatives.exists(a, a.runner in boundary.allowedRunners && a.likely * 10.0 <= estimate.likely)",
            "alternatives.all(a, alternatives.exists(b, b.likely >= a.likely))",
            "alternatives.exists_one(a, a.runner == 'onprem')",
            "size(alternatives) == 4",
            "1 / size(manifest.spec.triggers) == 0",
            "9223372036854775807 + size(alternatives) > 0",
            "true in [runner == 'lambda', false]",
            "size(runner) > 3",
            "manifest.spec.data.residency == ['eu-central-1']",
            "runner < 'f'",
            "runner.matches('^l.*a$')",
            "int(estimate.likely) == 0",
            "manifest.metadata.labels.map(k, k).size() == 0",
            "has(manifest.spec.batch.count) && manifest.spec.batch.count > 3",
            "has(manifest.spec.runner.onprem.diskMiB) && manifest.spec.runner.onprem.diskMiB >= 64",
            "manifest.spec.workload.artifact.digest.startsWith('sha256:')");

    private static Expression compile(String expression) {
        var faults = new ArrayList<Fault>();
        var compiled = CelRules.compile(expression, SimpleType.BOOL, faults);
        assertThat(faults).isEmpty();
        return compiled;
    }

    private static void compare(String expression, Facts facts) {
        var compiled = compile(expression);
        Object byTheBook;
        try {
            // what is not known, because there is no such fact, is no answer either
            byTheBook = (Boolean) compiled.program().eval(facts.variables());
        } catch (Exception e) {
            byTheBook = "an error";
        }
        Object shortly;
        try {
            shortly = compiled.holds(new Step.Frame(facts, compiled.slots()));
        } catch (Exception e) {
            shortly = "an error";
        }
        assertThat(shortly).as(expression).isEqualTo(byTheBook);
    }

    private static Facts facts(Manifest manifest) {
        return Facts.of(
                manifest,
                BOUNDARIES.named(manifest.spec().network().boundary()).orElse(null),
                PRICES.estimate(manifest).estimateOrNull(),
                new Alternatives(PRICES).to(manifest));
    }

    private static Stream<String> shipped() {
        return SHIPPED.policySets().stream()
                .flatMap(set -> set.rules().stream())
                .flatMap(rule ->
                        rule.match() == null ? Stream.of(rule.condition()) : Stream.of(rule.match(), rule.condition()));
    }

    @Test
    void everyShippedExpressionHasOne() {
        assertThat(shipped().filter(expression -> compile(expression).shortcut() == null))
                .isEmpty();
    }

    @Test
    void itGivesTheSameOverTheCasesBesideTheRules() {
        var everything = Stream.concat(shipped(), PARTS.stream()).toList();
        for (var facts : SHIPPED.cases().stream().map(RuleCase::facts).toList()) {
            everything.forEach(expression -> compare(expression, facts));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void itGivesTheSameOverAnyManifestAndAnyCombination(long seed) {
        var random = new SplittableRandom(seed);
        var everything = Stream.concat(shipped(), PARTS.stream()).toList();
        for (var i = 0; i < 40; i++) {
            var facts = facts(any(random));
            for (var j = 0; j < 40; j++) {
                compare(combined(everything, random), facts);
            }
        }
    }

    private static String combined(List<String> parts, SplittableRandom random) {
        var one = "(" + parts.get(random.nextInt(parts.size())) + ")";
        var other = "(" + parts.get(random.nextInt(parts.size())) + ")";
        return switch (random.nextInt(6)) {
            case 0 -> one;
            case 1 -> "!" + one;
            case 2 -> one + " && " + other;
            case 3 -> one + " || " + other;
            case 4 -> one + " == " + other;
            default -> one + " ? " + other + " : !" + other;
        };
    }

    private static Manifest any(SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return example(List.of("gdp-transform", "orders-webhook", "plant-quality", "plant-seal", "tiny-report")
                    .get(random.nextInt(5)));
        }
        var runners = List.of(
                lambda(64 << random.nextInt(8)),
                fargate(1024, 4096),
                Samples.spot(256, 512),
                glue(Manifest.GlueWorker.G_1X, 2),
                ec2(random.nextBoolean() ? "t3.micro" : "x9.metal", 512),
                onprem(256));
        var boundaries = List.of("commerce-core", "corporate-vpn", "factory", "sap-hana", "nowhere");
        var regions = new ArrayList<>(List.of("eu-central-1", "us-east-1", "onprem"));
        var expected = Duration.ofSeconds(1 + random.nextInt(100));
        var draft = draft().classified(Classification.values()[random.nextInt(4)])
                .residing(regions.subList(0, random.nextInt(3)).toArray(String[]::new))
                .on(runners.get(random.nextInt(runners.size())))
                .in(NetworkModel.values()[random.nextInt(4)], boundaries.get(random.nextInt(boundaries.size())))
                .sliced(random.nextInt(3) * random.nextInt(20))
                .taking(expected, expected.multipliedBy(2))
                .labelled(random.nextBoolean() ? Map.of() : Map.of("c", "1", "a", "2", "system", "sap"));
        if (random.nextBoolean()) {
            draft.costingAtMost(
                    new Money(Money.usd("0.0" + random.nextInt(9)).amount(), random.nextBoolean() ? "USD" : "EUR"));
        }
        return draft.manifest();
    }
}
