package io.barecount.contracts.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.VerifyingKey;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who may sign the manifests of a namespace, and whether they have to be signed. Whoever checks has a list of its own, and believes nobody
 * else's.
 *
 * @param required whether a manifest without a signature is refused
 * @param unreadable why the list can't be read: then nothing is taken in the namespace; null if it can
 */
public record Signers(String namespace, boolean required, List<Signer> signers, String unreadable) {
    public Signers {
        signers = List.copyOf(signers);
        var ids = new HashSet<String>();
        signers.forEach(signer -> {
            if (!ids.add(signer.key().keyId())) {
                throw new IllegalArgumentException("the key " + signer.key().keyId() + " is listed twice");
            }
        });
    }

    /** Where nobody has said anything: manifests need no signature, and none is anybody's. */
    public static Signers none(String namespace) {
        return new Signers(namespace, false, List.of(), null);
    }

    public static Signers unreadable(String namespace, String why) {
        return new Signers(namespace, true, List.of(), why);
    }

    /**
     * One who may sign.
     *
     * @param from since when; null for ever since
     * @param until when it ends, not included; null for never
     * @param revoked null as long as it may; once it may not, nothing that it ever signed is taken
     */
    public record Signer(VerifyingKey key, String owner, Instant from, Instant until, Revoked revoked) {}

    /** @param reason such as that the key was lost */
    public record Revoked(Instant at, String reason) {}

    /**
     * Why a manifest is not taken.
     *
     * @param code stable, as violations have
     */
    public record Refusal(String code, String message, String hint) {}

    /**
     * Whether a manifest of the namespace may be taken with this signature, which has to be of just this manifest: that is for whoever
     * has the manifest to say. All of its signatures have to hold.
     *
     * @param signature with its payload; null if there is none
     * @return empty if it may
     */
    public Optional<Refusal> refusal(Envelope signature, Instant now) {
        if (unreadable != null) {
            return refused(
                    "signers-unreadable",
                    "who may sign for the namespace " + namespace + " can't be read: " + unreadable,
                    "its operator has to repair the list");
        }
        if (signature == null) {
            return required
                    ? refused(
                            "unsigned",
                            "the namespace " + namespace + " takes signed manifests only",
                            "sign it: ./barecount submit --sign KEYFILE; signers are " + owners())
                    : Optional.empty();
        }
        if (signature.signatures().isEmpty()) {
            return refused("bad-signature", "the envelope holds no signature", "sign it again");
        }
        var byId =
                signers.stream().collect(Collectors.toMap(signer -> signer.key().keyId(), Function.identity()));
        for (var one : signature.signatures()) {
            var refusal = refusal(signature, one, byId.get(one.keyid()), now);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> refusal(Envelope signature, Envelope.Signature one, Signer signer, Instant now) {
        if (signer == null) {
            return refused(
                    "unknown-signer",
                    "the key " + one.keyid() + " is no signer of the namespace " + namespace,
                    "sign it with a key of " + owners() + ", or have this one added");
        }
        var who = "the key " + one.keyid() + " of " + signer.owner();
        if (signer.revoked() != null) {
            return refused(
                    "revoked-signer",
                    who + " was revoked at " + signer.revoked().at() + ": "
                            + signer.revoked().reason(),
                    "sign it with another key");
        }
        if (signer.from() != null && now.isBefore(signer.from())) {
            return refused("signer-not-valid", who + " may sign from " + signer.from(), "submit it then");
        }
        if (signer.until() != null && !now.isBefore(signer.until())) {
            return refused(
                    "signer-not-valid", who + " may sign no more since " + signer.until(), "sign it with another key");
        }
        try {
            new Envelope(signature.payloadType(), signature.payload(), List.of(one))
                    .verify(ManifestSignature.PAYLOAD_TYPE, JsonNode.class, List.of(signer.key()));
            return Optional.empty();
        } catch (NotProven e) {
            return refused(
                    "bad-signature",
                    "the signature by " + who + " does not verify for this manifest",
                    "sign the manifest as it is now: what counts is every value, defaults included");
        }
    }

    private String owners() {
        return signers.isEmpty()
                ? "nobody yet"
                : signers.stream()
                        .filter(signer -> signer.revoked() == null)
                        .map(Signer::owner)
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    private static Optional<Refusal> refused(String code, String message, String hint) {
        return Optional.of(new Refusal(code, message, hint));
    }
}
