package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/** What a witness signs with: an Ed25519 key that it made itself, and its name. */
final class WitnessKey {
    private final NoteKey verifying;
    private final PrivateKey key;

    private WitnessKey(String name, PublicKey publicKey, PrivateKey key) {
        this.verifying = new NoteKey(name, NoteKey.COSIGNATURE, publicKey);
        this.key = key;
    }

    /** The key in this file, which is made if there is none: two lines of base64, PKCS #8 and X.509. */
    static WitnessKey inFile(String name, Path file) throws IOException {
        try {
            if (!Files.exists(file)) {
                var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                var base64 = Base64.getEncoder();
                var text = base64.encodeToString(pair.getPrivate().getEncoded()) + "\n"
                        + base64.encodeToString(pair.getPublic().getEncoded()) + "\n";
                var onlyMine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
                Files.createFile(file, onlyMine);
                Files.writeString(file, text);
            }
            var lines = Files.readAllLines(file);
            if (lines.size() != 2) {
                throw new IOException(file + " holds no witness' key");
            }
            var decoder = Base64.getDecoder();
            var key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(lines.get(0))));
            return new WitnessKey(name, PublicKey.ofX509(decoder.decode(lines.get(1))), key);
        } catch (GeneralSecurityException | IllegalArgumentException | NotProven e) {
            throw new IOException(file + " holds no witness' key: " + e.getMessage(), e);
        }
    }

    NoteKey verifying() {
        return verifying;
    }

    /** As others are to be given it: {@code <name>+<hash>+<base64>}. */
    String verifierKey() {
        var typed = ByteBuffer.allocate(1 + PublicKey.RAW_BYTES)
                .put(NoteKey.COSIGNATURE)
                .put(verifying.key().raw())
                .array();
        return verifying.name() + "+" + HexFormat.of().formatHex(verifying.hash()) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    /** A cosignature of a checkpoint's text, C2SP tlog-cosignature: a line of its note, with its line feed. */
    String cosign(String text, Instant now) {
        var time = now.getEpochSecond();
        byte[] signature;
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(NoteKey.cosignedMessage(time, text).getBytes(UTF_8));
            signature = signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the witness' key can't sign", e);
        }
        var blob = ByteBuffer.allocate(4 + Long.BYTES + signature.length)
                .put(verifying.hash())
                .putLong(time)
                .put(signature)
                .array();
        return "\u2014 " + verifying.name() + " " + Base64.getEncoder().encodeToString(blob) + "\n";
    }
}
