package io.barecount.ledger.entry;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * Where a leaf says that its record stood, and by what it is found. The data itself is passed over.
 *
 * @param index empty where the leaf names its record by a digest only
 */
public record Described(String topic, int partition, long offset, Optional<Index> index) {
    /** Reads values inside of others: nothing is said of what follows them. */
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IllegalArgumentException if it is no leaf of this log */
    public static Described of(byte[] leaf) {
        String topic = null;
        var partition = -1;
        var offset = -1L;
        JsonNode key = null;
        JsonNode headers = null;
        try (var parser = JSON.createParser(leaf)) {
            require(parser.nextToken() == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "topic" -> topic = parser.getText();
                    case "partition" -> partition = parser.getIntValue();
                    case "offset" -> offset = parser.getLongValue();
                    case "key" -> key = parser.readValueAsTree();
                    case "headers" -> headers = parser.readValueAsTree();
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        require(topic != null && partition >= 0 && offset >= 0);
        return new Described(topic, partition, offset, index(key, headers));
    }

    private static Optional<Index> index(JsonNode key, JsonNode headers) {
        return headers == null
                ? Optional.empty()
                : Optional.of(Index.of(RecordedEvent.headers(headers), RecordedEvent.text(key)));
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("topic, partition and offset are missing");
        }
    }
}
