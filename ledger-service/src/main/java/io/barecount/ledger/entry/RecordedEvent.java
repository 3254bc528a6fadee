package io.barecount.ledger.entry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.MalformedEvent;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The event that an entry holds, read back from its leaf: what read models are made of again. */
public record RecordedEvent(RunId run, Event<?> event) {

    /**
     * The event in this leaf.
     *
     * @param payload what is kept beside the leaf; null if nothing is, or it was erased
     * @return empty if the entry holds no event, or its data was erased
     */
    public static Optional<RecordedEvent> of(byte[] leaf, byte[] payload) {
        var node = Json.read(leaf, JsonNode.class);
        var topic = Topic.named(node.path("topic").asText());
        var value = node.has("data") ? Json.bytes(node.get("data")) : node.has("dataDigest") ? payload : null;
        if (topic.isEmpty() || value == null) {
            return Optional.empty();
        }
        try {
            var event = EventCodec.decode(topic.get(), headers(node.path("headers")), value);
            return Optional.of(new RecordedEvent(Entry.runOf(event), event));
        } catch (MalformedEvent e) {
            return Optional.empty();
        }
    }

    /** As {@link Entry} reads them: of several with one name, the last that has a value. */
    private static Map<String, String> headers(JsonNode node) {
        var headers = new HashMap<String, String>();
        node.properties().forEach(field -> {
            if (field.getValue().isArray()) {
                field.getValue().forEach(value -> put(headers, field.getKey(), value));
            } else {
                put(headers, field.getKey(), field.getValue());
            }
        });
        return headers;
    }

    private static void put(Map<String, String> headers, String name, JsonNode value) {
        if (value.isTextual()) {
            headers.put(name, value.asText());
        } else if (value.has("base64")) {
            headers.put(
                    name,
                    new String(Base64.getDecoder().decode(value.get("base64").asText()), UTF_8));
        }
    }
}
