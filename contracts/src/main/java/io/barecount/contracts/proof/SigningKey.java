package io.barecount.contracts.proof;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/** An Ed25519 private key, with its public half beside it. */
public final class SigningKey {
    private final PrivateKey privateKey;
    private final VerifyingKey verifyingKey;

    private SigningKey(PrivateKey privateKey, VerifyingKey verifyingKey) {
        this.privateKey = privateKey;
        this.verifyingKey = verifyingKey;
    }

    public static SigningKey generate() {
        try {
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerifyingKey.of(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        }
    }

    /**
     * @param pem two blocks: {@code PRIVATE KEY} (PKCS #8) and {@code PUBLIC KEY} (X.509)
     * @throws IllegalArgumentException if a block is missing or no Ed25519 key; the message never holds the key
     */
    public static SigningKey ofPem(String pem) {
        try {
            var factory = KeyFactory.getInstance("Ed25519");
            var privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(Pem.decode(pem, "PRIVATE KEY")));
            return new SigningKey(privateKey, VerifyingKey.ofPem(pem));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the PRIVATE KEY block holds no Ed25519 key");
        }
    }

    /** Both blocks, as {@link #ofPem} reads them: keep it secret. */
    public String toPem() {
        return Pem.encode(privateKey.getEncoded(), "PRIVATE KEY") + verifyingKey.toPem();
    }

    public VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    public String keyId() {
        return verifyingKey.keyId();
    }

    public byte[] sign(byte[] message) {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing failed", e);
        }
    }
}
