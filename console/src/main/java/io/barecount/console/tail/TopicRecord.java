package io.barecount.console.tail;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A record as it lies on a topic.
 *
 * @param at the broker's or its producer's time
 * @param key as text; null if it has none
 * @param headers as text
 * @param value null if it has none
 */
public record TopicRecord(Place place, long offset, Instant at, String key, Map<String, String> headers, byte[] value) {

    /** The event's type; empty for a record that is no event. */
    public String type() {
        return headers.getOrDefault("ce_type", "");
    }

    public String namespace() {
        return headers.getOrDefault("ce_namespace", "");
    }

    /** The run that it is about, as far as its subject or key names one. */
    public Optional<RunId> run() {
        return runIn(headers.get("ce_subject")).or(() -> runIn(key));
    }

    private static Optional<RunId> runIn(String text) {
        if (text == null) {
            return Optional.empty();
        }
        var slash = text.indexOf('/');
        try {
            return Optional.of(RunId.parse(slash < 0 ? text : text.substring(0, slash)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The pipeline that it names itself: an attempt's records name none. */
    public Optional<String> pipeline() {
        if (place.topic().equals(Topic.SUBMISSIONS.topicName())) {
            return Optional.ofNullable(key).map(both -> both.substring(both.indexOf('/') + 1));
        }
        try {
            var data = value == null ? null : Json.read(value, JsonNode.class);
            return data == null
                    ? Optional.empty()
                    : Optional.ofNullable(data.path("pipeline")
                            .asText(data.at("/spec/manifest/metadata/name").asText(null)));
        } catch (IllegalArgumentException notJson) {
            return Optional.empty();
        }
    }

    String text() {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
