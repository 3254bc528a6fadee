package io.barecount.manifest.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.Manifests;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.registry.Deprecation;
import io.barecount.manifest.registry.Registered;
import io.barecount.manifest.registry.Registry;
import io.barecount.manifest.validation.ManifestValidation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Intake INTAKE = new Intake();
    private static final String GOOD = Manifests.valid("finance", "gdp");
    private static final Manifest MANIFEST = manifest();
    private static final Registry REGISTRY = name -> name.toString().equals("finance/gdp")
            ? Optional.of(new Registered(MANIFEST, null, null))
            : Optional.empty();

    static List<Manifests.Bad> bad() {
        return Manifests.bad("finance", "gdp");
    }

    @Test
    void aManifestIsASubmission() {
        assertThat(spec(GOOD)).isEqualTo(new RunSpec(MANIFEST, Map.of("quarter", "2025Q4"), null));
    }

    @Test
    void aManifestMayComeAsObjectOrAsTextInsideADocument() {
        var object = Source.read(GOOD, Source.SIZE_MAX).tree();

        var expected = new RunSpec(MANIFEST, Map.of("quarter", "2026Q1"), "paid");

        assertThat(spec("{\"manifest\": %s, \"parameters\": {\"quarter\": \"2026Q1\"}, \"payload\": \"paid\"}"
                        .formatted(object)))
                .isEqualTo(expected);
        assertThat(spec(Json.text(
                        Map.of("manifest", GOOD, "parameters", Map.of("quarter", "2026Q1"), "payload", "paid"))))
                .isEqualTo(expected);
    }

    @Test
    void aDeprecatedPipelineIsWarnedOfUntilItsDateAndRefusedFromThenOn() {
        var deprecation = new Deprecation("replaced", "gdp-2", NOW, "ann", NOW.minusSeconds(60));
        Registry registry = name -> Optional.of(new Registered(MANIFEST, null, deprecation));
        var text = "namespace: finance\npipeline: gdp";

        var before = INTAKE.judge((Reading.Legible) INTAKE.read(text), registry, NOW.minusNanos(1));
        var since = INTAKE.judge((Reading.Legible) INTAKE.read(text), registry, NOW);
        var own = INTAKE.judge((Reading.Legible) INTAKE.read(GOOD), registry, NOW);

        assertThat(((Verdict.Valid) before).warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.code()).isEqualTo("deprecated-pipeline");
            assertThat(warning.line()).isEqualTo(2);
            assertThat(warning.message())
                    .isEqualTo(
                            "the pipeline 'finance/gdp' is deprecated and will be refused from " + NOW + ": replaced");
            assertThat(warning.hint()).isEqualTo("use the pipeline 'gdp-2'");
        });
        assertThat(codes(since)).containsExactly("deprecated-pipeline");
        assertThat(own).as("a manifest of its own").isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void aRegisteredPipelineIsResolved() {
        assertThat(spec("namespace: finance\npipeline: gdp"))
                .isEqualTo(new RunSpec(MANIFEST, Map.of("quarter", "2025Q4"), null));
        assertThat(spec("{\"namespace\": \"finance\", \"pipeline\": \"gdp\", \"payload\": \"x\"}")
                        .payload())
                .isEqualTo("x");
    }

    @Test
    void whatIsWrongWithTheDocumentIsTold() {
        assertThat(codes("{\"namespace\": \"finance\", \"pipeline\": \"nope\"}"))
                .containsExactly("unknown-pipeline");
        assertThat(codes("{\"pipeline\": \"gdp\"}")).containsExactly("missing-field");
        assertThat(codes("{\"namespace\": \"Finance\", \"pipeline\": \"gdp\"}")).containsExactly("bad-format");
        assertThat(codes("{\"namespace\": \"finance\", \"pipeline\": \"gdp\", \"parameters\": {\"quartr\": \"x\"}}"))
                .containsExactly("unknown-parameter");
        assertThat(codes("{\"namespace\": \"finance\", \"pipeline\": \"gdp\", \"parameters\": {\"quarter\": 5}}"))
                .containsExactly("wrong-type");
        assertThat(codes("{\"namespace\": \"finance\", \"pipeline\": \"gdp\", \"payload\": {}}"))
                .containsExactly("wrong-type");
        assertThat(codes("{\"namespace\": \"finance\", \"pipeline\": \"gdp\", \"manifest\": {}}"))
                .contains("unknown-field");
        assertThat(codes("{\"namespace\": \"finance\", \"pipeline\": \"gdp\", \"pipeline\": \"gdp\"}"))
                .containsExactly("repeated-field");
        assertThat(codes(Json.text(Map.of("manifest", GOOD, "extra", "x")))).containsExactly("unknown-field");
        assertThat(codes("{\"manifest\": 5}")).contains("wrong-type");
    }

    @Test
    void aSecretInParametersOrPayloadIsRefusedAndNotRepeated() {
        var secret = "AKIAIOSFODNN7EXAMPLE";
        for (var text : List.of(
                "{\"namespace\": \"finance\", \"pipeline\": \"gdp\", \"parameters\": {\"quarter\": \"%s\"}}",
                "{\"namespace\": \"finance\", \"pipeline\": \"gdp\", \"payload\": \"key=%s\"}")) {
            var verdict = judge(text.formatted(secret));

            assertThat(codes(verdict)).containsExactly("secret-value");
            assertThat(verdict.toString()).doesNotContain(secret);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "hello",
                "- a\n- b",
                "[1, 2]",
                "{\"a\": ",
                "a: b: c",
                "\"\\ud800\"",
                "{\"a\": \"\\ud800\"}",
                "a: &x b\nc: *x\n--- d: e",
                "\t- x",
                "%TAG ! x\n"
            })
    void whatIsNoDocumentIsUnreadable(String text) {
        assertThat(INTAKE.read(text)).isInstanceOf(Reading.Illegible.class);
    }

    @Test
    void bytesThatAreNoUtf8AreUnreadable() {
        assertThat(INTAKE.read(new byte[] {(byte) 0xC3, (byte) 0x28})).isInstanceOf(Reading.Illegible.class);
        assertThat(INTAKE.read(GOOD.getBytes(StandardCharsets.UTF_16))).isInstanceOf(Reading.Illegible.class);
    }

    @Test
    void sizesAndDepthsAreBounded() {
        var tooLarge = INTAKE.read(GOOD + "#" + "x".repeat(Source.SIZE_MAX));
        assertThat(tooLarge)
                .isInstanceOfSatisfying(
                        Reading.Illegible.class,
                        unreadable -> assertThat(unreadable.isTooLarge()).isTrue());
        assertThat(INTAKE.read("x".repeat(Intake.SIZE_MAX + 1))).isInstanceOf(Reading.Illegible.class);

        var tooDeep = INTAKE.read("a: " + "[".repeat(100_000));
        assertThat(((Reading.Illegible) tooDeep).violations())
                .extracting(Violation::code)
                .containsExactly("too-deep");

        var payload = "\u00e9".repeat(Intake.PAYLOAD_SIZE_MAX / 2 + 1);
        assertThat(codes(Json.text(Map.of("namespace", "finance", "pipeline", "gdp", "payload", payload))))
                .containsExactly("too-long");
    }

    @Test
    void whatWouldOutgrowARecordIsRefused() {
        var quotes = "\"".repeat(240_000);
        var yaml = "payload: '" + quotes + "'\nmanifest: |\n" + (GOOD + "# " + quotes + "\n").indent(2);

        assertThat(codes(yaml)).containsExactly("too-large");
    }

    @Test
    void aPublishedDocumentIsJudgedLikeItsText() {
        var document = new SubmissionDocument(GOOD, null, null, Map.of("quarter", "2026Q1"), "paid");

        var reading = (Reading.Legible) INTAKE.of(document);

        assertThat(reading.document()).isEqualTo(document);
        assertThat(INTAKE.judge(reading, REGISTRY, NOW))
                .isEqualTo(new Verdict.Valid(new RunSpec(MANIFEST, Map.of("quarter", "2026Q1"), "paid")));
    }

    @Test
    void aPublishedDocumentIsNotTrusted() {
        assertThat(INTAKE.of(SubmissionDocument.ofPipeline("finance", "gdp", "\ud800")))
                .isInstanceOf(Reading.Illegible.class);
        assertThat(INTAKE.of(SubmissionDocument.ofPipeline("finance", "gdp", "\u0000")))
                .isInstanceOf(Reading.Illegible.class);
        assertThat(INTAKE.of(new SubmissionDocument(null, null, null, null, null)))
                .isNotInstanceOf(Verdict.Valid.class);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadManifestIsJudgedTheSameWhereverItStands(Manifests.Bad bad) {
        var alone = codes(bad.text());
        var inside = codes(Json.text(Map.of("manifest", bad.text())));
        var published = (Reading.Legible) INTAKE.of(SubmissionDocument.ofManifest(bad.text()));

        assertThat(alone).containsExactly(bad.code());
        assertThat(inside).isEqualTo(alone);
        assertThat(codes(INTAKE.judge(published, REGISTRY, NOW))).isEqualTo(alone);
    }

    @Test
    void namesThatAreNotWellFormedAreNotHandedOn() {
        var verdict = judge(GOOD.replace("name: gdp\n", "name: 'gdp\u00a0x'\n"));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Invalid.class, invalid -> {
            assertThat(invalid.pipeline()).isNull();
            assertThat(invalid.namespace()).isEqualTo("finance");
        });
    }

    private static Verdict judge(String text) {
        return INTAKE.judge((Reading.Legible) INTAKE.read(text), REGISTRY, NOW);
    }

    private static RunSpec spec(String text) {
        return ((Verdict.Valid) judge(text)).spec();
    }

    private static List<String> codes(String text) {
        return codes(judge(text));
    }

    private static List<String> codes(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Valid valid -> List.of();
            case Verdict.Invalid invalid ->
                invalid.violations().stream().map(Violation::code).toList();
        };
    }

    private static Manifest manifest() {
        return ((ManifestValidation.Result.Valid) new ManifestValidation().validate(GOOD)).manifest();
    }
}
