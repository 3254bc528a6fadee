package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A key with the name it signs notes under, as C2SP signed-note writes it: {@code <name>+<hash>+<base64>}.
 *
 * @param algorithm {@link #ED25519} of logs, {@link #COSIGNATURE} of witnesses
 */
record NoteKey(String name, byte algorithm, PublicKey key) {
    static final byte ED25519 = 1;
    static final byte COSIGNATURE = 4;

    NoteKey {
        if (name.isEmpty() || name.contains("+") || name.codePoints().anyMatch(Character::isWhitespace)) {
            throw new NotProven("a signer's name has neither spaces nor a plus sign, found \"" + name + "\"");
        }
    }

    /** @throws NotProven if the text is no key, or of an algorithm that is not known here */
    static NoteKey parse(String text) {
        var parts = text.split("\\+", 3);
        if (parts.length != 3) {
            throw new NotProven("a key is written <name>+<hash>+<base64>, found \"" + text + "\"");
        }
        var typed = Texts.base64(parts[2]);
        if (typed.length != 1 + PublicKey.RAW_BYTES || (typed[0] != ED25519 && typed[0] != COSIGNATURE)) {
            throw new NotProven("key " + parts[0] + " is of no known type: Ed25519 (1) and cosignatures (4) are known");
        }
        var key = new NoteKey(parts[0], typed[0], PublicKey.ofRaw(Arrays.copyOfRange(typed, 1, typed.length)));
        if (!parts[1].equals(HexFormat.of().formatHex(key.hash()))) {
            throw new NotProven("key " + parts[0] + " was cut or changed: its hash is "
                    + HexFormat.of().formatHex(key.hash()) + ", found " + parts[1]);
        }
        return key;
    }

    static NoteKey ofLog(String origin, PublicKey key) {
        return new NoteKey(origin, ED25519, key);
    }

    /** The four bytes by which a signature names its key. */
    byte[] hash() {
        return Arrays.copyOf(Merkle.sha256(name.getBytes(UTF_8), new byte[] {'\n', algorithm}, key.raw()), 4);
    }

    /** @param blob of a signature line, after the key's hash */
    boolean verifies(String text, byte[] blob) {
        if (algorithm == ED25519) {
            return key.verifies(text.getBytes(UTF_8), blob);
        }
        if (blob.length <= Long.BYTES) {
            return false;
        }
        var time = ByteBuffer.wrap(blob).getLong();
        return time >= 0
                && key.verifies(
                        cosignedMessage(time, text).getBytes(UTF_8), Arrays.copyOfRange(blob, Long.BYTES, blob.length));
    }

    /** C2SP tlog-cosignature, "Ed25519 signed message". */
    static String cosignedMessage(long time, String text) {
        return "cosignature/v1\ntime " + time + "\n" + text;
    }
}
