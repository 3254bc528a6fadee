package io.barecount.manifest.signing;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.contracts.signature.Signers;
import io.barecount.manifest.document.Spot;
import io.barecount.manifest.document.Violations;
import java.time.Instant;
import java.util.function.Function;

/** Judges the signature that came with a manifest: the same at every door. */
public final class Signing {
    /** Where a signature stands in a submission document; also said of one that came beside it. */
    public static final String POINTER = "/signature";

    private final Function<String, Signers> signers;

    /** @param signers of a namespace */
    public Signing(Function<String, Signers> signers) {
        this.signers = signers;
    }

    /**
     * Adds what is wrong with it.
     *
     * @param given null if there is none
     * @param at when it came in
     * @return with the manifest as its payload; null if there is none, or something is wrong with it
     */
    public Envelope check(Manifest manifest, Envelope given, Instant at, Spot spot, Violations violations) {
        var known = signers.apply(manifest.namespace());
        if (given == null) {
            known.refusal(null, at).ifPresent(refusal -> add(refusal, spot, violations));
            return null;
        }
        var complete = ManifestSignature.complete(given, manifest);
        if (complete.isEmpty()) {
            violations.add(
                    "bad-signature",
                    POINTER + "/payload",
                    spot,
                    "the signature is of another manifest than the one it came with",
                    "sign the manifest as it is now: what counts is every value, defaults included");
            return null;
        }
        var refusal = known.refusal(complete.get(), at);
        refusal.ifPresent(why -> add(why, spot, violations));
        return refusal.isPresent() ? null : complete.get();
    }

    /** @param why it is no signature */
    public static void malformed(String why, Spot spot, Violations violations) {
        violations.add(
                "malformed-signature",
                POINTER,
                spot,
                "the signature can't be read: " + why,
                "make it with ./barecount sign");
    }

    private static void add(Signers.Refusal refusal, Spot spot, Violations violations) {
        violations.add(refusal.code(), POINTER, spot, refusal.message(), refusal.hint());
    }
}
