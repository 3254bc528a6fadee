package io.barecount.gateway.permit;

import static io.barecount.gateway.Permitted.KEY;
import static io.barecount.gateway.Permitted.NOON;
import static io.barecount.gateway.Permitted.RUN;
import static io.barecount.gateway.Permitted.boundary;
import static io.barecount.gateway.Permitted.estimate;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.contracts.signature.Signers;
import io.barecount.contracts.signature.Signers.Revoked;
import io.barecount.contracts.signature.Signers.Signer;
import io.barecount.gateway.Permitted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureCheckTest {
    private static final SigningKey SIGNER = SigningKey.generate();
    private static final Manifest MANIFEST = Permitted.spec(RunnerType.LAMBDA).manifest();
    private static final Envelope SIGNED = ManifestSignature.sign(MANIFEST, SIGNER);

    private static SignatureCheck listing(boolean required, Revoked revoked) {
        return new SignatureCheck(namespace -> new Signers(
                namespace, required, List.of(new Signer(SIGNER.verifyingKey(), "team", null, null, revoked)), null));
    }

    private static final SignatureCheck REQUIRED = listing(true, null);

    /** Permitted, as policy-service would have. */
    private static Start start(Manifest manifest, Envelope signature, Digest declared) {
        var spec = new RunSpec(manifest, Map.of(), null, signature);
        var permit = new Permit(
                RUN,
                "team-a",
                manifest.digest(),
                spec.digest(),
                Digest.of("policies"),
                boundary().digest(),
                Digest.ofCanonical(estimate()),
                List.of("rule"),
                NOON,
                NOON.plus(Duration.ofHours(1)),
                null,
                null,
                null,
                declared);
        return new Start(RUN.task(0).attempt(1), spec, "a", false, boundary(), estimate(), permit.sign(KEY));
    }

    @Test
    void whatIsSignedByOneWhoMayIsStarted() {
        assertThat(REQUIRED.refusal(start(MANIFEST, SIGNED, null), NOON)).isEmpty();
    }

    @Test
    void whatIsNotSignedIsRefusedWhereItHasToBeThoughItWasPermitted() {
        assertThat(REQUIRED.refusal(start(MANIFEST, null, null), NOON))
                .hasValue("the namespace team-a takes signed manifests only");
        assertThat(listing(false, null).refusal(start(MANIFEST, null, null), NOON))
                .isEmpty();
    }

    @Test
    void aRevokedSignerStartsNothingAnyMore() {
        assertThat(listing(true, new Revoked(NOON, "lost")).refusal(start(MANIFEST, SIGNED, null), NOON))
                .hasValueSatisfying(reason -> assertThat(reason).contains("was revoked at " + NOON + ": lost"));
    }

    @Test
    void aSignatureOfAnotherManifestIsNone() {
        var other = Permitted.spec(RunnerType.LAMBDA, "other").manifest();

        assertThat(REQUIRED.refusal(start(other, SIGNED, null), NOON))
                .hasValue("the signature is of another manifest than the one that was permitted");
    }

    /** Its runner is another than the one that was signed, as the permit says, and nothing else is. */
    @Test
    void whereGovernanceChoseTheRunnerTheDeclaredManifestIsTheSignedOne() {
        var chosen = Permitted.spec(RunnerType.ONPREM).manifest();
        var declared = new RunSpec(MANIFEST, Map.of(), null, SIGNED).digest();
        var elsewhere = Permitted.spec(RunnerType.ONPREM, "other").manifest();

        assertThat(REQUIRED.refusal(start(chosen, SIGNED, declared), NOON)).isEmpty();
        assertThat(REQUIRED.refusal(start(chosen, SIGNED, null), NOON)).isPresent();
        assertThat(REQUIRED.refusal(start(chosen, SIGNED, Digest.of("another")), NOON))
                .isPresent();
        assertThat(REQUIRED.refusal(start(elsewhere, SIGNED, declared), NOON))
                .as("the boundary is another, too")
                .isPresent();
    }

    /** Of the signature's bytes, and of the manifest that is its payload. */
    @Test
    void everyChangedBitIsRefused() {
        var taken = new ArrayList<String>();
        var sig = Base64.getDecoder().decode(SIGNED.signatures().getFirst().sig());
        for (var bit = 0; bit < sig.length * 8; bit++) {
            taken.addAll(taken(new Envelope(
                    SIGNED.payloadType(),
                    SIGNED.payload(),
                    List.of(new Envelope.Signature(SIGNER.keyId(), flipped(sig, bit))))));
        }
        var payload = Base64.getDecoder().decode(SIGNED.payload());
        for (var bit = 0; bit < payload.length * 8; bit++) {
            taken.addAll(taken(new Envelope(SIGNED.payloadType(), flipped(payload, bit), SIGNED.signatures())));
        }

        assertThat(taken).isEmpty();
    }

    private static List<String> taken(Envelope changed) {
        return REQUIRED.refusal(start(MANIFEST, changed, null), NOON).isEmpty()
                ? List.of(changed.toString())
                : List.of();
    }

    private static String flipped(byte[] bytes, int bit) {
        var changed = bytes.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        return Base64.getEncoder().encodeToString(changed);
    }
}
