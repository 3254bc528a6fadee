package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;

/** Bytes as text, read strictly: one text for each sequence of bytes. */
final class Texts {
    private Texts() {}

    /** @throws NotProven unless this is how these bytes are written in base64 (RFC 4648, section 4) */
    static byte[] base64(String text) {
        try {
            var bytes = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new NotProven("no base64: " + text.substring(0, Math.min(text.length(), 40)));
    }

    /** @throws NotProven if the bytes are not UTF-8 */
    static String utf8(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new NotProven("no text: not UTF-8");
        }
    }
}
