package io.barecount.manifest.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.manifest.Manifests;
import io.barecount.manifest.Manifests.Bad;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Violations;
import io.barecount.manifest.validation.ManifestValidation.Result;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestValidationTest {
    private static final ManifestValidation VALIDATION = new ManifestValidation();
    private static final String GOOD = Manifests.valid("finance", "gdp");

    static Stream<Bad> oneRuleBroken() {
        return Manifests.bad("finance", "gdp").stream();
    }

    @ParameterizedTest
    @MethodSource("oneRuleBroken")
    void aBrokenRuleIsToldWithItsPlace(Bad bad) {
        var violations = violations(bad.text());

        assertThat(violations).hasSize(1);
        assertThat(violations.get(0).code()).isEqualTo(bad.code());
        assertThat(violations.get(0).pointer()).isEqualTo(bad.pointer());
        assertThat(violations.get(0).line()).isPositive();
        assertThat(violations.get(0).column()).isPositive();
        assertThat(violations.get(0).message()).isNotBlank();
        assertThat(violations.get(0).hint()).isNotBlank();
    }

    @Test
    void defaultsAreFilledIn() {
        var manifest = valid(GOOD);

        var spec = manifest.spec();
        assertThat(spec.runner().lambda().architecture()).isEqualTo(Manifest.Architecture.ARM64);
        assertThat(spec.execution().timeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(spec.execution().retries())
                .isEqualTo(new Manifest.Retries(
                        0, List.of(FailureClass.NOT_STARTED, FailureClass.INTERRUPTED), Duration.ofSeconds(2)));
        assertThat(spec.execution().idempotent()).isFalse();
        assertThat(spec.execution().onDoubt()).isEqualTo(Manifest.OnDoubt.FAIL);
        assertThat(spec.batch().parallelism()).isEqualTo(4);
        assertThat(spec.batch().toleratedFailures()).isZero();
        assertThat(spec.runner().scaling()).isEqualTo(new Manifest.Scaling(0, 4));
        assertThat(spec.cost().expectedRuntime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(spec.cost().maxPerRun()).isNull();
    }

    @Test
    void withoutBatchAndExecutionThereIsOneInstanceAndFiveMinutes() {
        var text = GOOD.replace("  batch:\n    slices: [DE, FR, IT]\n    merge: {entryPoint: Merge}\n", "")
                .replace("  execution: {timeout: PT10M}\n", "");

        var spec = valid(text).spec();

        assertThat(spec.batch()).isNull();
        assertThat(spec.runner().scaling()).isEqualTo(new Manifest.Scaling(0, 1));
        assertThat(spec.execution().timeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(spec.cost().expectedRuntime()).isEqualTo(Duration.ofSeconds(150));
    }

    @Test
    void aDeclaredScalingBoundsTheParallelism() {
        var spec = valid(GOOD.replace("type: lambda", "type: lambda\n    scaling: {max: 2}"))
                .spec();

        assertThat(spec.batch().parallelism()).isEqualTo(2);
        assertThat(spec.runner().scaling()).isEqualTo(new Manifest.Scaling(0, 2));
    }

    @Test
    void theNormalisedManifestIsValidAndMeansTheSame() {
        var manifest = valid(GOOD);

        var again = valid(Json.text(manifest));

        assertThat(again).isEqualTo(manifest);
        assertThat(again.digest()).isEqualTo(manifest.digest());
    }

    @Test
    void yamlAndJsonOfTheSameContentAreTheSameVersion() {
        var json = Source.read(GOOD, Source.SIZE_MAX).tree().toPrettyString();

        assertThat(valid(json).digest()).isEqualTo(valid(GOOD).digest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lambda|{memoryMiB: 10240, architecture: x86_64}",
                "fargate|{cpu: 256, memoryMiB: 512}",
                "fargate|{cpu: 256, memoryMiB: 512, spot: true}",
                "fargate|{cpu: 4096, memoryMiB: 30720}",
                "fargate|{cpu: 8192, memoryMiB: 20480}",
                "fargate|{cpu: 16384, memoryMiB: 122880}",
                "glue|{workerType: G.025X, workers: 2}",
                "ec2|{instanceType: m7g.2xlarge, memoryMiB: 32768}",
                "ec2|{instanceType: u-6tb1.metal, memoryMiB: 6291456}",
                "onprem|{cpu: 4, memoryMiB: 8192}",
                "auto|{memoryMiB: 1024}",
                "auto|{memoryMiB: 1024, among: [lambda, onprem]}"
            })
    void everyRunnerTypeIsTaken(String runner, String settings) {
        assertThat(valid(Manifests.validOn(runner, settings)).spec().runner().memoryMiB())
                .isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "256,4096",
        "512,512",
        "512,1536",
        "1024,1024",
        "2048,16896",
        "4096,4096",
        "8192,17408",
        "8192,65536",
        "16384,32769",
        "16384,40000"
    })
    void fargateSizesThatDoNotExistAreRefused(int cpu, int memory) {
        var violations = violations(Manifests.validOn("fargate", "{cpu: %d, memoryMiB: %d}".formatted(cpu, memory)));

        assertThat(violations).extracting(Violation::code).containsExactly("fargate-size");
        assertThat(violations.get(0).hint()).contains("cpu " + cpu);
    }

    @Test
    void allViolationsAreToldAtOnceInTheOrderOfTheText() {
        var text = GOOD.replace("kind: Pipeline", "kind: Pipelin")
                .replace("team: macro-data, ", "")
                .replace("512", "5")
                .replace("sap-prod", "SAP")
                .replace("PT10M", "PT16M")
                .replace("gold", "AKIAIOSFODNN7EXAMPLE");

        var violations = violations(text);

        assertThat(violations)
                .extracting(Violation::code)
                .containsExactly(
                        "not-allowed", "secret-value", "missing-field", "out-of-range", "bad-format", "lambda-timeout");
        assertThat(violations).extracting(Violation::line).isSorted();
    }

    @Test
    void placesAreThoseOfTheText() {
        var violation = violations(GOOD.replace("timeout:", "timout:")).get(0);

        var line = GOOD.lines().toList().indexOf("  execution: {timeout: PT10M}") + 1;
        assertThat(violation.line()).isEqualTo(line);
        assertThat(violation.column()).isEqualTo("  execution: {".length() + 1);
    }

    @Test
    void aSlipIsCorrected() {
        assertThat(violations(GOOD.replace("timeout:", "timout:")).get(0).hint())
                .startsWith("did you mean 'timeout'?");
        assertThat(violations(GOOD.replace("privatelink", "private-link"))
                        .get(0)
                        .hint())
                .startsWith("did you mean 'privatelink'?");
    }

    @Test
    void noSecretIsRepeated() {
        var secret = "AKIAIOSFODNN7EXAMPLE";
        for (var text : List.of(
                GOOD.replace("2025Q4", secret),
                GOOD.replace("quarter:", secret + ":"),
                GOOD.replace("timeout:", secret + ":"),
                GOOD.replace("privatelink", secret),
                GOOD.replace("name: gdp\n", "name: gdp\n  " + secret + ": {a: b}\n"),
                GOOD.replace("[DE, FR, IT]", "[DE, %s, %s]".formatted(secret, secret)),
                GOOD.replace("\"file:orders-webhook\"", secret))) {
            assertThat(violations(text).toString()).doesNotContain(secret);
        }
        assertThat(violations(GOOD.replace("\"file:orders-webhook\"", "opensesame"))
                        .toString())
                .doesNotContain("opensesame");
        assertThat(violations(withSecrets(GOOD, "{DB: opensesame}")).toString())
                .contains("a secret's value", "/spec/workload/secrets/DB")
                .doesNotContain("opensesame");
    }

    @Test
    void secretsAreReferencesAndPartOfTheDigest() {
        var one = valid(withSecrets(GOOD, "{DB_PASSWORD: \"secretsmanager:orders/db\"}"));
        var other = valid(withSecrets(GOOD, "{DB_PASSWORD: \"secretsmanager:orders/db2\"}"));

        assertThat(one.spec().workload().secretReferences())
                .containsExactly(java.util.Map.entry("DB_PASSWORD", "secretsmanager:orders/db"));
        assertThat(one.digest())
                .isNotEqualTo(other.digest())
                .isNotEqualTo(valid(GOOD).digest());
        assertThat(Json.text(valid(GOOD))).doesNotContain("secrets");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{BARECOUNT_RUN: 'secretsmanager:a'}; bad-name",
                "{LD_PRELOAD: 'secretsmanager:a'}; bad-name",
                "{PATH: 'secretsmanager:a'}; bad-name",
                "{db-password: 'secretsmanager:a'}; bad-name",
                "{DB_PASSWORD: 'vault:a'}; bad-format",
                "{DB_PASSWORD: 'file:../agent.pem'}; bad-format",
                "{DB_PASSWORD: 'file:/etc/shadow'}; bad-format",
                "{DB_PASSWORD: 'file:plant-db'}; secret-store"
            })
    void aSecretThatNoRunnerCouldGiveIsRefusedWithWhatToDo(String secrets, String code) {
        var violations = violations(withSecrets(GOOD, secrets.replace('\'', '"')));

        assertThat(violations).hasSize(1);
        assertThat(violations.get(0).code()).isEqualTo(code);
        assertThat(violations.get(0).hint())
                .contains(code.equals("bad-name") ? "BARECOUNT_" : "secretsmanager:name-or-arn");
    }

    @Test
    void aRunnerOnPremisesHasItsSecretsInFiles() {
        var onPremises = Manifests.validOn("onprem", "{cpu: 1, memoryMiB: 512, diskMiB: 100}");

        assertThat(valid(withSecrets(onPremises, "{DB_PASSWORD: \"file:plant-db\"}"))
                        .spec()
                        .runner()
                        .onprem())
                .isEqualTo(new Manifest.OnPrem(1, 512, 100));
        assertThat(violations(withSecrets(onPremises, "{DB_PASSWORD: \"secretsmanager:db\"}"))
                        .get(0)
                        .code())
                .isEqualTo("secret-store");
    }

    @Test
    void anImageIsPinnedAndRunsOnPremisesOnly() {
        var digest = "sha256:" + "ab".repeat(32);
        var onPremises = Manifests.validOn("onprem", "{cpu: 1, memoryMiB: 512}");

        var workload = valid(withImage(onPremises, "registry.example.com:5000/plant/chart@" + digest))
                .spec()
                .workload();
        assertThat(workload.image()).endsWith(digest);
        assertThat(workload.artifact()).isNull();
        assertThat(workload.codeDigest()).hasToString(digest);
        assertThat(violations(withImage(onPremises, "plant/chart:1.2")).get(0).code())
                .isEqualTo("bad-format");
        assertThat(violations(withImage(GOOD, "plant/chart@" + digest)))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.code()).isEqualTo("image-runner");
                    assertThat(violation.message()).contains("lambda");
                    assertThat(violation.hint()).contains("onprem");
                });
        assertThat(violations(onPremises.replace(
                                "    runtime: java-21\n",
                                "    runtime: java-21\n    image: plant/chart@" + digest + "\n"))
                        .get(0)
                        .code())
                .isEqualTo("artifact-or-image");
        assertThat(violations(withImage(onPremises, null)))
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder("/spec/workload/artifact", "/spec/workload/runtime");
    }

    /** What no runner that governance might choose could meet is told at once. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{memoryMiB: 512, among: [lambda]}|timeout: PT16M||lambda-timeout",
                "{memoryMiB: 512, among: [lambda, fargate]}|timeout: PT16M||",
                "{memoryMiB: 512, among: [glue, ec2]}|timeout: PT10M|{KEY: 'file:key'}|secret-store",
                "{memoryMiB: 512}|timeout: PT10M|{KEY: 'file:key'}|",
                "{memoryMiB: 512}|timeout: PT10M|{KEY: 'file:key', PASSWORD: 'secretsmanager:db'}|secret-store",
            })
    void anAutoRunnerIsCheckedByWhatItMayBe(String settings, String timeout, String secrets, String code) {
        var text = Manifests.validOn("auto", settings).replace("timeout: PT10M", timeout);

        var result = VALIDATION.validate(secrets == null ? text : withSecrets(text, secrets));

        if (code == null) {
            assertThat(result).isInstanceOf(Result.Valid.class);
        } else {
            assertThat(((Result.Invalid) result).violations())
                    .singleElement()
                    .satisfies(violation -> assertThat(violation.code()).isEqualTo(code));
        }
    }

    @Test
    void anImageNeedsAnAutoRunnerThatMayBeOnPremises() {
        var image = "plant/chart@sha256:" + "ab".repeat(32);

        assertThat(valid(withImage(Manifests.validOn("auto", "{memoryMiB: 512}"), image))
                        .spec()
                        .runner()
                        .auto()
                        .among())
                .isNull();
        assertThat(violations(withImage(Manifests.validOn("auto", "{memoryMiB: 512, among: [lambda, ec2]}"), image)))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.code()).isEqualTo("image-runner");
                    assertThat(violation.message()).contains("ec2, lambda");
                });
    }

    /** @param image null for neither an artifact nor an image */
    private static String withImage(String manifest, String image) {
        return manifest.replaceAll(
                "(?s)    artifact:.*?    runtime: java-21\n", image == null ? "" : "    image: " + image + "\n");
    }

    private static String withSecrets(String manifest, String secrets) {
        return manifest.replace(
                "    parameters: {quarter: 2025Q4}\n",
                "    parameters: {quarter: 2025Q4}\n    secrets: " + secrets + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"line\\nbreak: x\\ny", "\\ud83d\\ude00 smiles"})
    void ordinaryTextIsTaken(String value) {
        assertThat(valid(GOOD.replace("2025Q4", "\"" + value + "\""))
                        .spec()
                        .workload()
                        .parameters())
                .hasSize(1);
    }

    @Test
    void aTextOfNothingButFaultsIsAnsweredBriefly() {
        var text = new StringBuilder(GOOD);
        for (var i = 0; i < 20_000; i++) {
            text.append("x").append(i).append(": 1\n");
        }

        var violations = violations(text.toString());

        assertThat(violations).hasSize(Violations.SHOWN_MAX + 1);
        assertThat(violations).extracting(Violation::code).contains("more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/",
                "../",
                "a ",
                "://",
                "a:",
                "=&token",
                "eyJaaaaaaaaaaa-",
                "AKIA",
                "-----BEGIN ",
                "password",
                "\\\""
            })
    void textsThatAreMadeToTakeLongDoNot(String part) {
        var text = GOOD.replace("file:data/gdp.csv", "\"file:" + part.repeat(120_000 / part.length()) + "\"");

        var start = System.nanoTime();
        var violations = violations(text);

        assertThat(violations).isNotEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    /** Whatever is done to a manifest's text, it is judged: never an exception, and valid only if it can be read as one. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void anyTextIsJudged(long seed) {
        var random = new SplittableRandom(seed);
        var signs = "{}[]:,-&*!|>'\"#%@`\n \t<0x~?\u0000\ud800\u00e9";
        for (var i = 0; i < 1_000; i++) {
            var text = new StringBuilder(
                    random.nextBoolean()
                            ? GOOD
                            : Source.read(GOOD, Source.SIZE_MAX).tree().toString());
            for (var changes = random.nextInt(1, 6); changes > 0; changes--) {
                var at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, signs.charAt(random.nextInt(signs.length())));
                    default -> text.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
                }
            }
            switch (VALIDATION.validate(text.toString())) {
                case Result.Valid valid ->
                    assertThat(valid(Json.text(valid.manifest()))).isEqualTo(valid.manifest());
                case Result.Invalid invalid -> assertThat(Json.bytes(invalid)).isNotEmpty();
                case Result.Unreadable unreadable ->
                    assertThat(unreadable.violations()).isNotEmpty();
            }
        }
    }

    private static Manifest valid(String text) {
        var result = VALIDATION.validate(text);
        assertThat(result).isInstanceOf(Result.Valid.class);
        return ((Result.Valid) result).manifest();
    }

    private static List<Violation> violations(String text) {
        return switch (VALIDATION.validate(text)) {
            case Result.Valid valid -> List.of();
            case Result.Invalid invalid -> invalid.violations();
            case Result.Unreadable unreadable -> unreadable.violations();
        };
    }
}
