package io.barecount.contracts.proof;

import io.barecount.contracts.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * A signed payload: DSSE, the Dead Simple Signing Envelope, version 1.
 *
 * @param payload base64; null where it stands beside the envelope
 */
public record Envelope(String payloadType, String payload, List<Signature> signatures) {
    public static final String IN_TOTO = "application/vnd.in-toto+json";

    public Envelope {
        signatures = List.copyOf(signatures);
    }

    /** @param sig base64 */
    public record Signature(String keyid, String sig) {}

    /** @param payloadType says how the payload is to be read; it is signed with it */
    public static Envelope sign(String payloadType, byte[] payload, SigningKey key) {
        var signature = key.sign(preAuthenticationEncoding(payloadType, payload));
        var base64 = Base64.getEncoder();
        return new Envelope(
                payloadType,
                base64.encodeToString(payload),
                List.of(new Signature(key.keyId(), base64.encodeToString(signature))));
    }

    /**
     * The statement inside, if one of these keys signed it.
     *
     * @throws NotProven if none did, or the payload is no in-toto statement
     */
    public Statement verify(Collection<VerifyingKey> trusted) {
        return verify(IN_TOTO, Statement.class, trusted);
    }

    /**
     * What is inside, if one of these keys signed it.
     *
     * @throws NotProven if none did, or the payload is of another type
     */
    public <T> T verify(String expectedType, Class<T> as, Collection<VerifyingKey> trusted) {
        if (!expectedType.equals(payloadType)) {
            throw new NotProven("the payload's type is " + payloadType + ", allowed is " + expectedType);
        }
        try {
            var bytes = Base64.getDecoder().decode(payload);
            var signed = preAuthenticationEncoding(payloadType, bytes);
            for (var signature : signatures) {
                var sig = Base64.getDecoder().decode(signature.sig());
                if (trusted.stream()
                        .anyMatch(key -> key.keyId().equals(signature.keyid()) && key.verifies(signed, sig))) {
                    return Json.read(bytes, as);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new NotProven("the envelope can't be read: " + e.getMessage());
        }
        throw new NotProven("no signature by a trusted key; signed by "
                + signatures.stream().map(Signature::keyid).toList() + ", trusted are "
                + trusted.stream().map(VerifyingKey::keyId).toList());
    }

    /** The statement inside, unchecked: for showing, never for deciding. */
    public Statement peek() {
        return peek(Statement.class);
    }

    /** What is inside, unchecked: for finding out whose key to check it with. */
    public <T> T peek(Class<T> as) {
        return Json.read(Base64.getDecoder().decode(payload), as);
    }

    /** What is signed: the type and the payload, each with its length, so that neither can be read as part of the other. */
    private static byte[] preAuthenticationEncoding(String type, byte[] payload) {
        var typeLength = type.getBytes(StandardCharsets.UTF_8).length;
        var head = ("DSSEv1 " + typeLength + " " + type + " " + payload.length + " ").getBytes(StandardCharsets.UTF_8);
        var encoded = new byte[head.length + payload.length];
        System.arraycopy(head, 0, encoded, 0, head.length);
        System.arraycopy(payload, 0, encoded, head.length, payload.length);
        return encoded;
    }
}
