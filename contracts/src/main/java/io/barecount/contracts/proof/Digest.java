package io.barecount.contracts.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest, printed {@code sha256:} and 64 lower-case hexadecimal digits. */
public record Digest(String hex) {
    private static final String PREFIX = "sha256:";

    public Digest {
        if (hex == null || !hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("a SHA-256 digest has 64 lower-case hexadecimal digits, found " + hex);
        }
    }

    /** @throws IllegalArgumentException unless the text is {@code sha256:<64 hex digits>} */
    public static Digest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a digest starts with " + PREFIX + ", found " + text);
        }
        return new Digest(text.substring(PREFIX.length()));
    }

    public static Digest of(byte[] bytes) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
    }

    /** Of all that is left in the stream, whatever its length. */
    public static Digest of(InputStream content) throws IOException {
        var digest = sha256();
        content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return new Digest(HexFormat.of().formatHex(digest.digest()));
    }

    public static Digest of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of the value's canonical JSON: the same for the same content, whatever the order of its keys was. */
    public static Digest ofCanonical(Object value) {
        return of(CanonicalJson.bytes(value));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
