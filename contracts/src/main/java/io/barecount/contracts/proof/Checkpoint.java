package io.barecount.contracts.proof;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What a log commits itself to: its origin, size and root, as a C2SP checkpoint in a C2SP signed note with Ed25519 signatures.
 *
 * @param root of {@link MerkleTree#HASH_BYTES} bytes
 */
public record Checkpoint(String origin, long size, byte[] root) {
    private static final byte ED25519 = 1;
    private static final String SIGNATURE_PREFIX = "\u2014 ";

    /** The signed text: three lines, each ended by a line feed. */
    public String body() {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    }

    /** The whole note, signed under the log's origin. */
    public String sign(SigningKey key) {
        var body = body();
        var signature = key.sign(body.getBytes(StandardCharsets.UTF_8));
        var named = ByteBuffer.allocate(4 + signature.length)
                .put(keyHash(origin, key.verifyingKey()))
                .put(signature)
                .array();
        return body + "\n" + SIGNATURE_PREFIX + origin + " "
                + Base64.getEncoder().encodeToString(named) + "\n";
    }

    /**
     * The checkpoint in a note, if this key signed it for this origin. Lines of other signers are ignored, as the format asks.
     *
     * @throws NotProven if it did not, or the text is no such note
     */
    public static Checkpoint verify(String note, String origin, VerifyingKey key) {
        var split = note.lastIndexOf("\n\n");
        if (split < 0) {
            throw new NotProven("no signed note: the empty line before the signatures is missing");
        }
        var body = note.substring(0, split + 1);
        var wanted = SIGNATURE_PREFIX + origin + " ";
        var signed = Arrays.stream(note.substring(split + 2).split("\n"))
                .filter(line -> line.startsWith(wanted))
                .anyMatch(line -> verifies(body, line.substring(wanted.length()), origin, key));
        if (!signed) {
            throw new NotProven("the checkpoint is not signed by key " + key.keyId() + " as " + origin);
        }
        return parse(body, origin);
    }

    private static boolean verifies(String body, String base64, String origin, VerifyingKey key) {
        byte[] named;
        try {
            named = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return named.length > 4
                && MessageDigest.isEqual(Arrays.copyOf(named, 4), keyHash(origin, key))
                && key.verifies(body.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(named, 4, named.length));
    }

    private static Checkpoint parse(String body, String origin) {
        var lines = List.of(body.split("\n", -1));
        if (lines.size() < 4 || !lines.get(0).equals(origin)) {
            throw new NotProven("no checkpoint of " + origin + ": its first line is " + lines.get(0));
        }
        try {
            return new Checkpoint(
                    origin, Long.parseLong(lines.get(1)), Base64.getDecoder().decode(lines.get(2)));
        } catch (IllegalArgumentException e) {
            throw new NotProven("no checkpoint: its size or root can't be read");
        }
    }

    /** The key's name for other tools: C2SP's verifier key, {@code <origin>+<hash>+<base64>}. */
    public static String verifierKey(String origin, VerifyingKey key) {
        var raw = key.raw();
        var typed = ByteBuffer.allocate(1 + raw.length).put(ED25519).put(raw).array();
        var hash = ByteBuffer.wrap(keyHash(origin, key)).getInt();
        return origin + "+%08x+".formatted(hash) + Base64.getEncoder().encodeToString(typed);
    }

    private static byte[] keyHash(String origin, VerifyingKey key) {
        var sha256 = Digest.sha256();
        sha256.update(origin.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
        sha256.update(ED25519);
        return Arrays.copyOf(sha256.digest(key.raw()), 4);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && size == that.size
                && origin.equals(that.origin)
                && Arrays.equals(root, that.root);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size) ^ Arrays.hashCode(root);
    }
}
