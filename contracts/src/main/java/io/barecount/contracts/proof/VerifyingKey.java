package io.barecount.contracts.proof;

import java.io.IOException;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** An Ed25519 public key. */
public final class VerifyingKey {
    static final int RAW_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;
    private final Ed25519PublicKeyParameters publicKey;
    private final byte[] encoded;
    private final String keyId;

    private VerifyingKey(Ed25519PublicKeyParameters publicKey) {
        this.publicKey = publicKey;
        try {
            this.encoded = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicKey)
                    .getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("the key can't be encoded", e);
        }
        this.keyId = Digest.of(encoded).hex().substring(0, 16);
    }

    static VerifyingKey of(Ed25519PublicKeyParameters publicKey) {
        return new VerifyingKey(publicKey);
    }

    /** @throws IllegalArgumentException if there is no {@code PUBLIC KEY} block with an Ed25519 key */
    public static VerifyingKey ofPem(String pem) {
        try {
            return new VerifyingKey(
                    (Ed25519PublicKeyParameters) PublicKeyFactory.createKey(Pem.decode(pem, "PUBLIC KEY")));
        } catch (IOException | ClassCastException e) {
            throw new IllegalArgumentException("the PUBLIC KEY block holds no Ed25519 key", e);
        }
    }

    /** @param raw the 32 bytes of RFC 8032 */
    static VerifyingKey ofRaw(byte[] raw) {
        return new VerifyingKey(new Ed25519PublicKeyParameters(raw));
    }

    public String toPem() {
        return Pem.encode(encoded, "PUBLIC KEY");
    }

    /** 16 hexadecimal digits: the start of the SHA-256 digest of the key's X.509 form. */
    public String keyId() {
        return keyId;
    }

    /** The 32 bytes of RFC 8032, as C2SP's notes use them. */
    public byte[] raw() {
        return publicKey.getEncoded();
    }

    /** False for anything that is not this key's signature of exactly this message, malformed signatures included. */
    public boolean verifies(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        var verifier = new Ed25519Signer();
        verifier.init(false, publicKey);
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }
}
