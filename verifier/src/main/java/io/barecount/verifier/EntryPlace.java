package io.barecount.verifier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Where an entry's record stood on the broker, as its leaf says.
 */
record EntryPlace(String topicName, int partition, long offset) {
    private static final JsonFactory PARSERS = new JsonFactory();

    /** With the partition. */
    String topic() {
        return topicName + "-" + partition;
    }

    /** Null for bytes that are no leaf of this ledger's format. */
    static EntryPlace of(byte[] leaf) {
        String topic = null;
        var partition = -1;
        var offset = -1L;
        try (var parser = PARSERS.createParser(leaf)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("topic") && value == JsonToken.VALUE_STRING) {
                    topic = parser.getText();
                } else if (name.equals("partition") && value == JsonToken.VALUE_NUMBER_INT) {
                    partition = parser.getIntValue();
                } else if (name.equals("offset") && value == JsonToken.VALUE_NUMBER_INT) {
                    offset = parser.getLongValue();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            return null;
        }
        return topic == null || partition < 0 || offset < 0 ? null : new EntryPlace(topic, partition, offset);
    }
}
