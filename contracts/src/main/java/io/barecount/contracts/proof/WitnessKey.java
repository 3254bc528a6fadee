package io.barecount.contracts.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A witness' name and Ed25519 key, for C2SP cosignatures (tlog-cosignature, version 1). */
public record WitnessKey(String name, VerifyingKey key) {
    private static final byte COSIGNATURE = 4;
    private static final int KEY_HASH_BYTES = 4;

    /**
     * @param text {@code <name>+<hash>+<base64>}, as C2SP signed-note writes a verifier key
     * @throws IllegalArgumentException if it is no such key
     */
    public static WitnessKey parse(String text) {
        var parts = text.split("\\+", 3);
        if (parts.length != 3 || parts[0].isBlank()) {
            throw new IllegalArgumentException("a witness' key is <name>+<hash>+<base64>, found \"" + text + "\"");
        }
        var typed = Base64.getDecoder().decode(parts[2]);
        if (typed.length != 1 + VerifyingKey.RAW_BYTES || typed[0] != COSIGNATURE) {
            throw new IllegalArgumentException("the key of " + parts[0] + " is none for Ed25519 cosignatures (type 4)");
        }
        var key = new WitnessKey(parts[0], VerifyingKey.ofRaw(Arrays.copyOfRange(typed, 1, typed.length)));
        if (!HexFormat.of().formatHex(key.hash()).equals(parts[1])) {
            throw new IllegalArgumentException("the key of " + parts[0] + " was cut or changed: its hash is "
                    + HexFormat.of().formatHex(key.hash()) + ", found " + parts[1]);
        }
        return key;
    }

    private byte[] hash() {
        var sha256 = Digest.sha256();
        sha256.update((name + "\n").getBytes(UTF_8));
        sha256.update(COSIGNATURE);
        return Arrays.copyOf(sha256.digest(key.raw()), KEY_HASH_BYTES);
    }

    /**
     * Whether this witness cosigned a note.
     *
     * @param note with or without other signatures
     * @param line as the witness answered, without its line feed
     */
    public boolean cosigned(String note, String line) {
        var prefix = "\u2014 " + name + " ";
        if (!line.startsWith(prefix)) {
            return false;
        }
        byte[] named;
        try {
            named = Base64.getDecoder().decode(line.substring(prefix.length()));
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (named.length <= KEY_HASH_BYTES + Long.BYTES
                || !Arrays.equals(hash(), Arrays.copyOf(named, KEY_HASH_BYTES))) {
            return false;
        }
        var time = ByteBuffer.wrap(named, KEY_HASH_BYTES, Long.BYTES).getLong();
        var body = note.substring(0, note.lastIndexOf("\n\n") + 1);
        var message = "cosignature/v1\ntime " + time + "\n" + body;
        return time > 0
                && key.verifies(
                        message.getBytes(UTF_8), Arrays.copyOfRange(named, KEY_HASH_BYTES + Long.BYTES, named.length));
    }
}
