package io.barecount.contracts.proof;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;

/**
 * An Ed25519 private key, with its public half beside it.
 *
 * <p>Signed by Bouncy Castle: the JDK's own Ed25519 takes about seven times as long, for the same bytes, and every run is signed for and
 * verified several times.
 */
public final class SigningKey {
    private final Ed25519PrivateKeyParameters privateKey;
    private final VerifyingKey verifyingKey;

    private SigningKey(Ed25519PrivateKeyParameters privateKey) {
        this.privateKey = privateKey;
        this.verifyingKey = VerifyingKey.of(privateKey.generatePublicKey());
    }

    public static SigningKey generate() {
        return new SigningKey(new Ed25519PrivateKeyParameters(new SecureRandom()));
    }

    /**
     * @param pem with two blocks: {@code PRIVATE KEY} (PKCS #8) and {@code PUBLIC KEY} (X.509)
     * @throws IllegalArgumentException if a block is missing, holds no Ed25519 key, or the two do not belong together; the message never
     *     holds the key
     */
    public static SigningKey ofPem(String pem) {
        SigningKey key;
        try {
            var parameters = PrivateKeyFactory.createKey(PrivateKeyInfo.getInstance(Pem.decode(pem, "PRIVATE KEY")));
            key = new SigningKey((Ed25519PrivateKeyParameters) parameters);
        } catch (IOException | ClassCastException e) {
            throw new IllegalArgumentException("the PRIVATE KEY block holds no Ed25519 key");
        }
        if (!Arrays.equals(key.verifyingKey.raw(), VerifyingKey.ofPem(pem).raw())) {
            throw new IllegalArgumentException("the PUBLIC KEY block is not that of the PRIVATE KEY block");
        }
        return key;
    }

    /** Both blocks, as {@link #ofPem} reads them: keep it secret. */
    public String toPem() {
        try {
            return Pem.encode(
                            PrivateKeyInfoFactory.createPrivateKeyInfo(privateKey)
                                    .getEncoded(),
                            "PRIVATE KEY")
                    + verifyingKey.toPem();
        } catch (IOException e) {
            throw new IllegalStateException("the key can't be encoded", e);
        }
    }

    public VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    public String keyId() {
        return verifyingKey.keyId();
    }

    public byte[] sign(byte[] message) {
        var signer = new Ed25519Signer();
        signer.init(true, privateKey);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }
}
