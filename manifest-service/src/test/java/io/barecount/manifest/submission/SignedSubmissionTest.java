package io.barecount.manifest.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.contracts.signature.Signers;
import io.barecount.contracts.signature.Signers.Revoked;
import io.barecount.contracts.signature.Signers.Signer;
import io.barecount.manifest.Manifests;
import io.barecount.manifest.registry.Registered;
import io.barecount.manifest.registry.Registry;
import io.barecount.manifest.signing.Signing;
import io.barecount.manifest.validation.ManifestValidation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignedSubmissionTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final SigningKey KEY = SigningKey.generate();
    private static final SigningKey OTHER = SigningKey.generate();
    private static final String TEXT = Manifests.valid("finance", "gdp");
    private static final Manifest MANIFEST =
            ((ManifestValidation.Result.Valid) new ManifestValidation().validate(TEXT)).manifest();
    private static final Envelope SIGNED = ManifestSignature.sign(MANIFEST, KEY);
    private static final String DETACHED = ManifestSignature.text(ManifestSignature.detached(SIGNED));
    private static final Registry NOTHING = name -> Optional.empty();

    private static Signer signer(SigningKey key, Instant from, Instant until, Revoked revoked) {
        return new Signer(key.verifyingKey(), "macro-data", from, until, revoked);
    }

    private static Intake intake(boolean required, Signer... signers) {
        return new Intake(
                new ManifestValidation(),
                new Signing(namespace -> new Signers(namespace, required, List.of(signers), null)));
    }

    private static final Intake REQUIRED = intake(true, signer(KEY, null, null, null));

    private static Verdict judge(Intake intake, String text, String beside, Registry registry) {
        return switch (intake.signed(intake.read(text), beside)) {
            case Reading.Legible reading -> intake.judge(reading, registry, NOW);
            case Reading.Illegible illegible -> new Verdict.Invalid(null, null, illegible.violations());
        };
    }

    private static Verdict judge(Intake intake, String text, String beside) {
        return judge(intake, text, beside, NOTHING);
    }

    private static List<String> codes(Verdict verdict) {
        return verdict instanceof Verdict.Invalid invalid
                ? invalid.violations().stream().map(Violation::code).toList()
                : List.of();
    }

    @Test
    void aSignatureGoesWithTheRunWhicheverWayItCame() {
        var document = Json.text(Map.of("manifest", TEXT, "signature", Json.tree(ManifestSignature.detached(SIGNED))));
        var attached = Json.text(Map.of("manifest", TEXT, "signature", Json.tree(SIGNED)));

        for (var verdict : List.of(
                judge(REQUIRED, TEXT, DETACHED),
                judge(REQUIRED, TEXT, ManifestSignature.text(SIGNED)),
                judge(REQUIRED, document, null),
                judge(REQUIRED, attached, null))) {
            assertThat(verdict).isInstanceOfSatisfying(Verdict.Valid.class, valid -> {
                assertThat(valid.spec().signature()).isEqualTo(SIGNED);
                assertThat(ManifestSignature.isOf(
                                valid.spec().signature(), valid.spec().manifest()))
                        .isTrue();
            });
        }
    }

    @Test
    void aSubmissionThatIsToldOnTheTopicIsReadAsItCame() {
        var reading = (Reading.Legible) REQUIRED.signed(REQUIRED.read(TEXT), DETACHED);
        var told =
                Json.read(Json.bytes(reading.document()), io.barecount.contracts.submission.SubmissionDocument.class);

        assertThat(told).isEqualTo(reading.document());
        assertThat(REQUIRED.judge((Reading.Legible) REQUIRED.of(told), NOTHING, NOW))
                .isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void orderOfKeysWhiteSpaceAndDefaultsDoNotMatter() {
        var written = new String(CanonicalJson.bytes(MANIFEST), StandardCharsets.UTF_8);

        assertThat(judge(REQUIRED, written, DETACHED)).isInstanceOf(Verdict.Valid.class);
        assertThat(judge(REQUIRED, TEXT + "# a comment\n", DETACHED)).isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void aNamespaceCanRequireASignature() {
        assertThat(codes(judge(REQUIRED, TEXT, null))).containsExactly("unsigned");
        assertThat(judge(intake(false, signer(KEY, null, null, null)), TEXT, null))
                .isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void aSignerHasToBeListedInTimeAndNotRevoked() {
        var hour = Duration.ofHours(1);

        assertThat(codes(judge(intake(false, signer(OTHER, null, null, null)), TEXT, DETACHED)))
                .containsExactly("unknown-signer");
        assertThat(codes(judge(intake(false), TEXT, DETACHED))).containsExactly("unknown-signer");
        assertThat(codes(judge(intake(true, signer(KEY, NOW.plusNanos(1), null, null)), TEXT, DETACHED)))
                .containsExactly("signer-not-valid");
        assertThat(codes(judge(intake(true, signer(KEY, null, NOW, null)), TEXT, DETACHED)))
                .containsExactly("signer-not-valid");
        assertThat(judge(intake(true, signer(KEY, NOW, NOW.plus(hour), null)), TEXT, DETACHED))
                .isInstanceOf(Verdict.Valid.class);
        assertThat(codes(judge(
                        intake(true, signer(KEY, null, null, new Revoked(NOW.plus(hour), "lost"))), TEXT, DETACHED)))
                .as("whenever it was")
                .containsExactly("revoked-signer");
    }

    @Test
    void allSignaturesOfAnEnvelopeHaveToHold() {
        var both = new Envelope(
                SIGNED.payloadType(),
                null,
                List.of(
                        SIGNED.signatures().getFirst(),
                        ManifestSignature.sign(MANIFEST, OTHER).signatures().getFirst()));

        assertThat(codes(judge(REQUIRED, TEXT, ManifestSignature.text(both)))).containsExactly("unknown-signer");
        assertThat(judge(
                        intake(true, signer(KEY, null, null, null), signer(OTHER, null, null, null)),
                        TEXT,
                        ManifestSignature.text(both)))
                .isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void aListThatCanNotBeReadLetsNothingIn() {
        var intake =
                new Intake(new ManifestValidation(), new Signing(namespace -> Signers.unreadable(namespace, "line 3")));

        assertThat(codes(judge(intake, TEXT, DETACHED))).containsExactly("signers-unreadable");
        assertThat(codes(judge(intake, TEXT, null))).containsExactly("signers-unreadable");
    }

    @Test
    void aRegisteredPipelineIsSignedAsItWasRegisteredUnlessTheSubmissionIs() {
        Registry signed = name -> Optional.of(new Registered(MANIFEST, SIGNED, null));
        Registry unsigned = name -> Optional.of(new Registered(MANIFEST, null, null));
        var named = "namespace: finance\npipeline: gdp";

        assertThat(judge(REQUIRED, named, null, signed)).isInstanceOf(Verdict.Valid.class);
        assertThat(codes(judge(REQUIRED, named, null, unsigned))).containsExactly("unsigned");
        assertThat(judge(REQUIRED, named, DETACHED, unsigned)).isInstanceOf(Verdict.Valid.class);
        assertThat(codes(judge(
                        REQUIRED, named, ManifestSignature.text(ManifestSignature.sign(MANIFEST, OTHER)), signed)))
                .containsExactly("unknown-signer");
    }

    @Test
    void twoSignaturesAreNone() {
        var document = Json.text(Map.of("manifest", TEXT, "signature", Json.tree(SIGNED)));

        assertThat(codes(judge(REQUIRED, document, DETACHED))).containsExactly("malformed-signature");
    }

    /** Of the envelope as it comes beside a manifest, with and without its payload. */
    @Test
    void everyChangedBitOfTheEnvelopeIsRefused() {
        for (var text : List.of(DETACHED, ManifestSignature.text(SIGNED))) {
            assertThat(accepted(text.getBytes(StandardCharsets.UTF_8), changed -> judge(REQUIRED, TEXT, changed)))
                    .isEmpty();
        }
    }

    /** Of the envelope as a field of the submission. */
    @Test
    void everyChangedBitOfTheFieldIsRefused() {
        var envelope = Json.text(ManifestSignature.detached(SIGNED));
        var before = "{\"manifest\":" + Json.text(TEXT) + ",\"signature\":";

        assertThat(accepted(
                        envelope.getBytes(StandardCharsets.UTF_8),
                        changed -> judge(REQUIRED, before + changed + "}", null)))
                .isEmpty();
    }

    /** Of the manifest in its canonical form, in which no byte is without a meaning. */
    @Test
    void everyChangedBitOfTheManifestIsRefused() {
        var canonical = CanonicalJson.bytes(MANIFEST);

        assertThat(accepted(canonical, changed -> judge(REQUIRED, changed, DETACHED)))
                .isEmpty();
    }

    /** The texts that were accepted with one bit changed, as far as they are texts at all. */
    private static List<String> accepted(byte[] bytes, java.util.function.Function<String, Verdict> judged) {
        var accepted = new ArrayList<String>();
        for (var bit = 0; bit < bytes.length * 8; bit++) {
            var changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            var text = io.barecount.manifest.document.Utf8.decode(changed);
            if (text.isPresent() && judged.apply(text.get()) instanceof Verdict.Valid) {
                accepted.add("bit " + bit + ": " + text.get());
            }
        }
        return accepted;
    }
}
