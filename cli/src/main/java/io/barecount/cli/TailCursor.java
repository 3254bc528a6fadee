package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;
import java.util.TreeMap;

/** How far topics have been read: the server's cursor, moved on record by record. */
final class TailCursor {
    /** By topic, then by partition. */
    private final TreeMap<String, TreeMap<Integer, Long>> next = new TreeMap<>();

    boolean isKnown() {
        return !next.isEmpty();
    }

    void reached(String cursor) {
        for (var part : cursor.split(";")) {
            var colon = part.lastIndexOf(':');
            var offsets = next.computeIfAbsent(part.substring(0, colon), topic -> new TreeMap<>());
            for (var pair : part.substring(colon + 1).split(",")) {
                var equals = pair.indexOf('=');
                offsets.put(Integer.parseInt(pair.substring(0, equals)), Long.parseLong(pair.substring(equals + 1)));
            }
        }
    }

    /** Counts only once the server has said where reading began: a part of a cursor would leave out the rest. */
    void passed(JsonNode record) {
        var offsets = next.get(record.path("topic").asText());
        if (offsets != null) {
            offsets.merge(
                    record.path("partition").asInt(), record.path("offset").asLong() + 1, Math::max);
        }
    }

    @Override
    public String toString() {
        var text = new StringJoiner(";");
        next.forEach((topic, offsets) -> {
            var pairs = new StringJoiner(",");
            offsets.forEach((partition, offset) -> pairs.add(partition + "=" + offset));
            text.add(topic + ":" + pairs);
        });
        return text.toString();
    }
}
