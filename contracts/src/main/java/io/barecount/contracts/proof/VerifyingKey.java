package io.barecount.contracts.proof;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/** An Ed25519 public key. */
public final class VerifyingKey {
    private static final int RAW_BYTES = 32;
    private final PublicKey publicKey;
    private final String keyId;

    private VerifyingKey(PublicKey publicKey) {
        this.publicKey = publicKey;
        this.keyId = Digest.of(publicKey.getEncoded()).hex().substring(0, 16);
    }

    static VerifyingKey of(PublicKey publicKey) {
        return new VerifyingKey(publicKey);
    }

    /** @throws IllegalArgumentException if there is no {@code PUBLIC KEY} block with an Ed25519 key */
    public static VerifyingKey ofPem(String pem) {
        try {
            var spec = new X509EncodedKeySpec(Pem.decode(pem, "PUBLIC KEY"));
            return new VerifyingKey(KeyFactory.getInstance("Ed25519").generatePublic(spec));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the PUBLIC KEY block holds no Ed25519 key", e);
        }
    }

    public String toPem() {
        return Pem.encode(publicKey.getEncoded(), "PUBLIC KEY");
    }

    /** 16 hexadecimal digits: the start of the SHA-256 digest of the key's X.509 form. */
    public String keyId() {
        return keyId;
    }

    /** The 32 bytes of RFC 8032, as C2SP's notes use them. */
    public byte[] raw() {
        var encoded = publicKey.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - RAW_BYTES, encoded.length);
    }

    /** False for anything that is not this key's signature of exactly this message, malformed signatures included. */
    public boolean verifies(byte[] message, byte[] signature) {
        try {
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
