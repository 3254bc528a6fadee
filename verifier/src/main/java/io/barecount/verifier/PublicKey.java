package io.barecount.verifier;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** An Ed25519 public key (RFC 8032), by the JDK. */
final class PublicKey {
    static final int RAW_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    /** What stands before the 32 bytes in the key's X.509 form (RFC 8410, section 4). */
    private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private final byte[] raw;
    private final java.security.PublicKey key;

    private PublicKey(byte[] raw) {
        this.raw = raw;
        try {
            key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509()));
        } catch (GeneralSecurityException e) {
            throw new NotProven("no Ed25519 key: " + e.getMessage());
        }
    }

    /** @throws NotProven if these are not the 32 bytes of a key */
    static PublicKey ofRaw(byte[] raw) {
        if (raw.length != RAW_BYTES) {
            throw new NotProven("an Ed25519 key has " + RAW_BYTES + " bytes, found " + raw.length);
        }
        return new PublicKey(raw.clone());
    }

    static PublicKey ofX509(byte[] der) {
        if (der.length != X509_HEAD.length + RAW_BYTES
                || !Arrays.equals(X509_HEAD, Arrays.copyOf(der, X509_HEAD.length))) {
            throw new NotProven("no Ed25519 key in X.509 form");
        }
        return ofRaw(Arrays.copyOfRange(der, X509_HEAD.length, der.length));
    }

    /** @throws NotProven if there is no {@code PUBLIC KEY} block (RFC 7468) with an Ed25519 key */
    static PublicKey ofPem(String pem) {
        var begin = "-----BEGIN PUBLIC KEY-----";
        var start = pem.indexOf(begin);
        var end = pem.indexOf("-----END PUBLIC KEY-----");
        if (start < 0 || end < start) {
            throw new NotProven("no PUBLIC KEY block in this PEM text");
        }
        return ofX509(Texts.base64(pem.substring(start + begin.length(), end).replaceAll("\\s", "")));
    }

    private byte[] x509() {
        var der = Arrays.copyOf(X509_HEAD, X509_HEAD.length + RAW_BYTES);
        System.arraycopy(raw, 0, der, X509_HEAD.length, RAW_BYTES);
        return der;
    }

    /** 16 hexadecimal digits: the start of the SHA-256 digest of the key's X.509 form. */
    String keyId() {
        return HexFormat.of().formatHex(Merkle.sha256(x509())).substring(0, 16);
    }

    byte[] raw() {
        return raw.clone();
    }

    /** False for anything that is not this key's signature of exactly this message, malformed signatures included. */
    boolean verifies(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }
}
