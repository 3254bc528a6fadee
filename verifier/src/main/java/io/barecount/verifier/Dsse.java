package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Signed in-toto statements in DSSE envelopes, version 1. */
final class Dsse {
    private static final String IN_TOTO = "application/vnd.in-toto+json";
    private static final String STATEMENT = "https://in-toto.io/Statement/v1";

    private Dsse() {}

    /**
     * A statement that this key signed.
     *
     * @param subject the name of what it is about
     * @param digest of what it is about, such as {@code sha256:…}
     */
    record Statement(String subject, String digest, Json predicate) {}

    /** @throws NotProven if the key did not sign it, or it is no statement of this type about one thing */
    static Statement verify(Json envelope, String predicateType, PublicKey key) {
        envelope.requireFields("the envelope", "payloadType", "payload", "signatures");
        var type = envelope.at("payloadType").text();
        if (!type.equals(IN_TOTO)) {
            throw new NotProven("the payload's type is " + type + ", allowed is " + IN_TOTO);
        }
        var payload = envelope.at("payload").bytes();
        var signed = preAuthenticationEncoding(type, payload);
        var isSigned = false;
        for (var signature : envelope.at("signatures").items()) {
            signature.requireFields("the signature", "keyid", "sig");
            if (!signature.at("keyid").text().equals(key.keyId())) {
                continue;
            }
            if (!key.verifies(signed, signature.at("sig").bytes())) {
                throw new NotProven("its signature by key " + key.keyId() + " does not hold");
            }
            isSigned = true;
        }
        if (!isSigned) {
            throw new NotProven("no signature by the trusted key " + key.keyId());
        }
        return statement(Json.parse(payload), predicateType);
    }

    private static Statement statement(Json statement, String predicateType) {
        var found = statement.at("predicateType").text();
        if (!statement.at("_type").text().equals(STATEMENT) || !found.equals(predicateType)) {
            throw new NotProven("a statement of type " + found + ", expected " + predicateType);
        }
        var subjects = statement.at("subject").items();
        if (subjects.size() != 1) {
            throw new NotProven("the statement is about " + subjects.size() + " things, expected one");
        }
        var subject = subjects.get(0);
        return new Statement(
                subject.at("name").text(),
                "sha256:" + subject.at("digest").at("sha256").text(),
                statement.at("predicate"));
    }

    static byte[] preAuthenticationEncoding(String type, byte[] payload) {
        var encoded = new ByteArrayOutputStream();
        encoded.writeBytes(
                ("DSSEv1 " + type.getBytes(UTF_8).length + " " + type + " " + payload.length + " ").getBytes(UTF_8));
        encoded.writeBytes(payload);
        return encoded.toByteArray();
    }

    /** As the platform names content: the SHA-256 of its canonical form. */
    static String digest(Json content) {
        return digest(content.canonical());
    }

    static String digest(byte[] bytes) {
        return "sha256:" + HexFormat.of().formatHex(Merkle.sha256(bytes));
    }
}
