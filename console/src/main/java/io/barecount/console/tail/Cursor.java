package io.barecount.console.tail;

import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How far topics have been read: for each partition the offset that comes next. As text {@code barecount.runs:0=12,1=7;barecount.decisions:0=3},
 * with which reading goes on elsewhere or later, without a gap and without a repeat.
 */
public record Cursor(SortedMap<Place, Long> next) {
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final Pattern OFFSETS = Pattern.compile("(\\d{1,5}=\\d{1,18})(,\\d{1,5}=\\d{1,18})*");

    public Cursor {
        next = new TreeMap<>(next);
    }

    /** @throws IllegalArgumentException saying what a cursor looks like */
    public static Cursor parse(String text) {
        var next = new TreeMap<Place, Long>();
        for (var part : text.split(";", -1)) {
            var colon = part.lastIndexOf(':');
            if (colon < 0
                    || !TOPIC.matcher(part.substring(0, colon)).matches()
                    || !OFFSETS.matcher(part.substring(colon + 1)).matches()) {
                throw new IllegalArgumentException(
                        "a cursor is one that an answer named, such as barecount.runs:0=12,1=7; found \"" + part
                                + "\". Start without it, by a time or an offset.");
            }
            for (var pair : part.substring(colon + 1).split(",")) {
                var equals = pair.indexOf('=');
                next.put(
                        new Place(part.substring(0, colon), Integer.parseInt(pair.substring(0, equals))),
                        Long.parseLong(pair.substring(equals + 1)));
            }
        }
        return new Cursor(next);
    }

    @Override
    public String toString() {
        var text = new StringJoiner(";");
        var byTopic = new TreeMap<String, StringJoiner>();
        next.forEach((place, offset) -> byTopic.computeIfAbsent(place.topic(), topic -> new StringJoiner(","))
                .add(place.partition() + "=" + offset));
        byTopic.forEach((topic, offsets) -> text.add(topic + ":" + offsets));
        return text.toString();
    }
}
