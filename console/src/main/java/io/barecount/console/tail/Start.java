package io.barecount.console.tail;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Where reading begins. */
public sealed interface Start {
    int LAST_MAX = 1000;

    /** The latest so many that pass the filter, of the last so many of each partition, and then what comes. */
    record Last(int records) implements Start {}

    /** All that is kept. */
    record Beginning() implements Start {}

    /** What the broker took from then on. */
    record Since(Instant at) implements Start {}

    /** This offset of each partition; the first that is kept, if it is gone. */
    record Offset(long offset) implements Start {}

    /** Where an earlier reading was. Partitions that it doesn't name begin at their end. */
    record At(Cursor cursor) implements Start {}

    /**
     * As callers write it: {@code last:200}, {@code beginning}, {@code offset:1234}, a time such as {@code 2026-01-31T12:00:00Z}, a duration
     * back from now such as {@code PT15M}, or {@code cursor:} and a cursor.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    static Start parse(String text, Instant now) {
        try {
            if (text.startsWith("last:")) {
                var records = Integer.parseInt(text.substring(5));
                if (records >= 0 && records <= LAST_MAX) {
                    return new Last(records);
                }
            } else if (text.startsWith("offset:")) {
                var offset = Long.parseLong(text.substring(7));
                if (offset >= 0) {
                    return new Offset(offset);
                }
            } else if (text.startsWith("cursor:")) {
                return new At(Cursor.parse(text.substring(7)));
            } else if (text.equals("beginning")) {
                return new Beginning();
            } else if (text.startsWith("P")) {
                return new Since(now.minus(Duration.parse(text)));
            } else {
                return new Since(Instant.parse(text));
            }
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "from is last:N with N up to " + LAST_MAX + ", beginning, offset:N, cursor:CURSOR, a time such as"
                        + " 2026-01-31T12:00:00Z, or a duration back from now such as PT15M; found \"" + text + "\".");
    }
}
