package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as trees, plainly as AWS writes it. */
final class Trees {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Trees() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array(Collection<? extends JsonNode> items) {
        return MAPPER.createArrayNode().addAll(items);
    }

    static ArrayNode texts(Collection<String> items) {
        var array = MAPPER.createArrayNode();
        items.forEach(array::add);
        return array;
    }

    /** An object of these texts; null ones are left out. */
    static ObjectNode of(String... keysAndValues) {
        var object = object();
        for (var i = 0; i < keysAndValues.length; i += 2) {
            if (keysAndValues[i + 1] != null) {
                object.put(keysAndValues[i], keysAndValues[i + 1]);
            }
        }
        return object;
    }

    static ObjectNode ofMap(Map<String, String> map) {
        var object = object();
        map.forEach(object::put);
        return object;
    }

    /** An empty object for no bytes at all. */
    static ObjectNode parse(byte[] json) {
        try {
            return json.length == 0 ? object() : (ObjectNode) MAPPER.readTree(json);
        } catch (IOException | ClassCastException e) {
            throw new ApiError(400, "SerializationException", "not a JSON object");
        }
    }

    /** Null if it isn't there. */
    static String text(JsonNode tree, String field) {
        return text(tree.path(field));
    }

    static String text(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? null : value.asText();
    }

    static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    static Map<String, String> map(JsonNode object) {
        var map = new LinkedHashMap<String, String>();
        object.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }

    /** As the JSON protocols write times. */
    static double seconds(Instant time) {
        return time.toEpochMilli() / 1000.0;
    }
}
