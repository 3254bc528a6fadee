package io.barecount.console.tail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * A record as it is told to who reads along.
 *
 * @param value as text; only its beginning where it is long
 * @param base64 instead of it, if it is no text
 * @param bytes that the whole value has
 */
public record TailLine(
        String topic,
        int partition,
        long offset,
        Instant at,
        String key,
        String run,
        Map<String, String> headers,
        String value,
        String base64,
        int bytes,
        boolean cut) {

    /** @param valueBytesMax of the value, beyond which it is cut */
    public static TailLine of(TopicRecord record, int valueBytesMax) {
        var value = record.value();
        var bytes = value == null ? 0 : value.length;
        var cut = bytes > valueBytesMax;
        var shown = cut ? whole(value, valueBytesMax) : bytes;
        var text = value == null ? null : text(ByteBuffer.wrap(value, 0, shown));
        return new TailLine(
                record.place().topic(),
                record.place().partition(),
                record.offset(),
                record.at(),
                record.key(),
                record.run().map(Object::toString).orElse(null),
                record.headers(),
                text,
                value == null || text != null
                        ? null
                        : Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(value, shown)),
                bytes,
                cut);
    }

    /** As many bytes as fit without cutting a UTF-8 character in two. */
    private static int whole(byte[] value, int most) {
        var end = most;
        while (end > 0 && (value[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }

    private static String text(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
