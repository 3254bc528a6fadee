package io.barecount.contracts.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.Topic;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Events as CloudEvents 1.0 in Kafka's binary mode: attributes in headers with the prefix {@code ce_}, the data as plain JSON in the
 * record's value, so that any Kafka tool can read a topic.
 */
public final class EventCodec {
    public static final String CONTENT_TYPE = "content-type";
    public static final String TRACEPARENT = "traceparent";

    private EventCodec() {}

    /** The headers of an event's record, in a fixed order. */
    public static Map<String, String> headers(Event<?> event) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", event.id().toString());
        headers.put("ce_source", event.source());
        headers.put("ce_type", event.type());
        headers.put("ce_subject", event.subject());
        headers.put("ce_time", event.time().toString());
        headers.put("ce_namespace", event.namespace());
        if (event.cause() != null) {
            headers.put("ce_cause", event.cause().toString());
        }
        headers.put("ce_sequence", Long.toString(event.sequence()));
        headers.put(TRACEPARENT, event.traceparent());
        headers.put(CONTENT_TYPE, "application/json");
        return headers;
    }

    public static byte[] value(Event<?> event) {
        return Json.bytes(event.data());
    }

    /**
     * Reads a record of a topic back.
     *
     * @throws MalformedEvent if a header is missing or wrong, the type is unknown or of another topic, or the value is no such data
     */
    public static Event<?> decode(Topic topic, Map<String, String> headers, byte[] value) {
        return decode(topic, headers, value == null ? null : type -> Json.read(value, type));
    }

    /** As the other, of a value that was parsed already. */
    public static Event<?> decode(Topic topic, Map<String, String> headers, JsonNode value) {
        return decode(topic, headers, value == null ? null : type -> Json.fromTree(value, type));
    }

    private static Event<?> decode(Topic topic, Map<String, String> headers, Function<Class<?>, Object> value) {
        var type = required(headers, "ce_type");
        var data = EventTypes.classOf(type)
                .filter(c -> EventTypes.topicOf(c) == topic)
                .orElseThrow(() -> new MalformedEvent("ce_type", "no event of " + topic.topicName() + ": " + type));
        if (value == null) {
            throw new MalformedEvent("value", "an event has data, found none");
        }
        try {
            return new Event<>(
                    UUID.fromString(required(headers, "ce_id")),
                    required(headers, "ce_source"),
                    type,
                    required(headers, "ce_subject"),
                    Instant.parse(required(headers, "ce_time")),
                    required(headers, "ce_namespace"),
                    headers.containsKey("ce_cause") ? UUID.fromString(headers.get("ce_cause")) : null,
                    Long.parseLong(required(headers, "ce_sequence")),
                    required(headers, TRACEPARENT),
                    value.apply(data));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedEvent("record", e.getMessage());
        }
    }

    private static String required(Map<String, String> headers, String name) {
        var value = headers.get(name);
        if (value == null || value.isEmpty()) {
            throw new MalformedEvent(name, "an event of this platform carries the header " + name + ", found none");
        }
        return value;
    }
}
