package io.barecount.ledger.entry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;

/** JSON that RFC 8785 writes without changing what it says, read in one pass. */
final class ExactJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory PARSERS = new JsonFactory();
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int DIGITS_ALWAYS_EXACT = 15;

    private ExactJson() {}

    /**
     * The value that a text holds; empty if it is not one JSON value, if an object has a name twice, if a number is none that a double
     * carries exactly, or if a string holds half a character.
     */
    static Optional<JsonNode> read(String text) {
        if (text.isEmpty() || text.charAt(0) == BYTE_ORDER_MARK) {
            return Optional.empty();
        }
        try {
            return read(PARSERS.createParser(text));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** As {@link #read(String)}, of ASCII without NUL. */
    static Optional<JsonNode> read(byte[] plain) {
        try {
            return read(PARSERS.createParser(plain));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> read(JsonParser opened) throws IOException {
        try (var parser = opened) {
            var value = parser.nextToken() == null ? null : value(parser);
            return value == null || parser.nextToken() != null ? Optional.empty() : Optional.of(value);
        }
    }

    /** Null for what is not exact. */
    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> isWhole(parser.getText()) ? NODES.textNode(parser.getText()) : null;
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> isExact(parser) ? NODES.numberNode(parser.getDoubleValue()) : null;
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> null;
        };
    }

    private static JsonNode object(JsonParser parser) throws IOException {
        var object = NODES.objectNode();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            var value = value(parser);
            if (value == null || !isWhole(name) || object.replace(name, value) != null) {
                return null;
            }
        }
        return object;
    }

    private static JsonNode array(JsonParser parser) throws IOException {
        var array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            var value = value(parser);
            if (value == null) {
                return null;
            }
            array.add(value);
        }
        return array;
    }

    private static JsonNode integer(JsonParser parser) throws IOException {
        if (parser.getTextLength() <= DIGITS_ALWAYS_EXACT) {
            return NODES.numberNode(parser.getLongValue());
        }
        if (!isExact(parser)) {
            return null;
        }
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? NODES.numberNode(parser.getBigIntegerValue())
                : NODES.numberNode(parser.getLongValue());
    }

    private static boolean isExact(JsonParser parser) throws IOException {
        var number = Double.parseDouble(parser.getText());
        return Double.isFinite(number)
                && new BigDecimal(parser.getText()).compareTo(new BigDecimal(Double.toString(number))) == 0;
    }

    private static boolean isWhole(String text) {
        for (var i = 0; i < text.length(); i++) {
            var character = text.charAt(i);
            if (Character.isSurrogate(character)) {
                var isPair = Character.isHighSurrogate(character)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!isPair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
