package io.barecount.ledger.entry;

import io.barecount.contracts.RunId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * By what an entry is found: read off its record when it comes, and off its leaf whenever the log is checked, with the same result.
 *
 * @param type the event's; null without one
 * @param run that the record's subject, or else its key, names; null if neither does
 * @param time the event's own, in microseconds; null without one
 */
public record Index(String type, RunId run, Instant time) {
    private static final int TYPE_CHARACTERS_MAX = 200;
    private static final int RUN_CHARACTERS = 36;
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    static Index of(Map<String, String> headers, String key) {
        var ofSubject = run(headers.get("ce_subject"));
        return new Index(
                type(headers.get("ce_type")), ofSubject == null ? run(key) : ofSubject, time(headers.get("ce_time")));
    }

    private static String type(String header) {
        return header == null || header.length() > TYPE_CHARACTERS_MAX || header.indexOf('\0') >= 0 ? null : header;
    }

    /** Of a run, or of one of its attempts. */
    private static RunId run(String text) {
        if (text == null
                || text.length() < RUN_CHARACTERS
                || (text.length() > RUN_CHARACTERS && text.charAt(RUN_CHARACTERS) != '/')) {
            return null;
        }
        try {
            return RunId.parse(text.substring(0, RUN_CHARACTERS));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Instant time(String header) {
        if (header == null) {
            return null;
        }
        try {
            var time = Instant.parse(header).truncatedTo(ChronoUnit.MICROS);
            return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
