package io.barecount.contracts.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A signature of a manifest: DSSE over the canonical form (RFC 8785) of the normalised manifest. Beside a manifest it may come detached,
 * without the payload, as the manifest is there; from intake on it has it, so that it can be checked wherever it goes.
 *
 * <p>Read strictly, so that there is one way to write each: a changed bit is another signature, or none.
 */
public final class ManifestSignature {
    public static final String PAYLOAD_TYPE = "application/vnd.barecount.manifest+json";

    /** Of signatures in one envelope. */
    public static final int SIGNATURES_MAX = 8;

    private static final int SIGNATURE_BYTES = 64;
    private static final String KEY_ID = "[0-9a-f]{16}";

    private ManifestSignature() {}

    /** With the payload. */
    public static Envelope sign(Manifest manifest, SigningKey key) {
        return Envelope.sign(PAYLOAD_TYPE, CanonicalJson.bytes(manifest), key);
    }

    /** Without the payload. */
    public static Envelope detached(Envelope signature) {
        return new Envelope(signature.payloadType(), null, signature.signatures());
    }

    /** As it is written into a header or an attribute of an event: one line of base64. */
    public static String text(Envelope signature) {
        return Base64.getEncoder().encodeToString(Json.bytes(signature));
    }

    /** @throws IllegalArgumentException if the text is no signature, or is written in another way than {@link #text} would */
    public static Envelope ofText(String text) {
        JsonNode tree;
        try {
            tree = Json.read(base64("it", text), JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it is not the base64 of a JSON object", e);
        }
        var signature = of(tree);
        if (!text(signature).equals(text)) {
            throw new IllegalArgumentException("it is not written as this platform writes it");
        }
        return signature;
    }

    /** @throws IllegalArgumentException if the tree is no signature of a manifest; the message names the field */
    public static Envelope of(JsonNode tree) {
        expect(tree, "it", Set.of("payloadType", "payload", "signatures"));
        if (!PAYLOAD_TYPE.equals(tree.path("payloadType").textValue())) {
            throw new IllegalArgumentException("payloadType is " + PAYLOAD_TYPE);
        }
        if (tree.has("payload")) {
            base64("payload", tree.path("payload").textValue());
        }
        var found = tree.path("signatures");
        if (!found.isArray() || found.isEmpty() || found.size() > SIGNATURES_MAX) {
            throw new IllegalArgumentException("signatures has one to " + SIGNATURES_MAX);
        }
        var signatures = new ArrayList<Envelope.Signature>();
        for (var each : found) {
            expect(each, "a signature", Set.of("keyid", "sig"));
            var keyId = each.path("keyid").textValue();
            if (keyId == null || !keyId.matches(KEY_ID)) {
                throw new IllegalArgumentException("keyid has 16 lower-case hexadecimal digits");
            }
            var sig = each.path("sig").textValue();
            if (base64("sig", sig).length != SIGNATURE_BYTES) {
                throw new IllegalArgumentException("sig has " + SIGNATURE_BYTES + " bytes");
            }
            signatures.add(new Envelope.Signature(keyId, sig));
        }
        return new Envelope(PAYLOAD_TYPE, tree.path("payload").textValue(), signatures);
    }

    /** With this manifest as its payload; empty if it has the payload of another one. */
    public static Optional<Envelope> complete(Envelope signature, Manifest manifest) {
        var payload = Base64.getEncoder().encodeToString(CanonicalJson.bytes(manifest));
        return signature.payload() == null || signature.payload().equals(payload)
                ? Optional.of(new Envelope(signature.payloadType(), payload, signature.signatures()))
                : Optional.empty();
    }

    /** Whether its payload is exactly this manifest. */
    public static boolean isOf(Envelope signature, Manifest manifest) {
        return signature.payload() != null
                && Arrays.equals(
                        signature.payload().getBytes(StandardCharsets.US_ASCII),
                        Base64.getEncoder().encode(CanonicalJson.bytes(manifest)));
    }

    private static void expect(JsonNode tree, String what, Set<String> fields) {
        if (!tree.isObject()) {
            throw new IllegalArgumentException(what + " is a JSON object");
        }
        var others = new TreeSet<String>();
        tree.fieldNames().forEachRemaining(others::add);
        others.removeAll(fields);
        if (!others.isEmpty()) {
            throw new IllegalArgumentException(what + " has other fields than " + new TreeSet<>(fields));
        }
    }

    /** Java's decoder overlooks bits that stand for nothing; a text with any of them set is not the one that was written. */
    private static byte[] base64(String field, String text) {
        if (text == null) {
            throw new IllegalArgumentException(field + " is base64");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " is base64", e);
        }
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException(field + " is base64 with its padding and nothing besides");
        }
        return bytes;
    }

    /** Ids of the keys that signed, in the order of the envelope. */
    public static List<String> keyIds(Envelope signature) {
        return signature.signatures().stream().map(Envelope.Signature::keyid).toList();
    }
}
