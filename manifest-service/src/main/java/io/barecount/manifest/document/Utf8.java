package io.barecount.manifest.document;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/** Text from outside as bytes and back: UTF-8 or nothing. A replaced byte would be a change that nobody asked for. */
public final class Utf8 {
    private Utf8() {}

    /** Empty if the bytes are no UTF-8. */
    public static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /**
     * The first character that can't travel on: half a surrogate pair, which UTF-8 has no bytes for, or a control character other than
     * line breaks and tabs, some of which PostgreSQL refuses. Both would come to grief only much later.
     */
    public static OptionalInt firstUnfit(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c) || (c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7F) {
                return OptionalInt.of(c);
            }
        }
        return OptionalInt.empty();
    }

    /** How many bytes the text has; half a surrogate pair counts three. */
    public static int length(String text) {
        var length = 0;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < 0x80) {
                length++;
            } else if (c < 0x800) {
                length += 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                length += 4;
                i++;
            } else {
                length += 3;
            }
        }
        return length;
    }
}
