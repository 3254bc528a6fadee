package io.barecount.manifest.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** JSON (RFC 8259), nothing looser. */
final class JsonText {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    private static final int NUMBER_LENGTH_MAX = 32;
    private static final Pattern LARGE_EXPONENT = Pattern.compile("[eE][+-]?[0-9]{3}");

    private JsonText() {}

    static void read(String text, TreeBuilder builder) throws Unreadable {
        try (var parser = FACTORY.createParser(text.startsWith("\uFEFF") ? text.substring(1) : text)) {
            var depth = 0;
            do {
                var token = parser.nextToken();
                if (token == null) {
                    throw syntax(spot(parser.currentLocation()), "it ends before its end");
                }
                depth += take(token, parser, builder);
            } while (depth > 0);
            if (parser.nextToken() != null) {
                throw syntax(spot(parser.currentTokenLocation()), "something follows after its end");
            }
        } catch (JsonProcessingException e) {
            throw syntax(spot(e.getLocation()), withoutQuotations(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory can't fail", e);
        }
    }

    /** How much deeper the text is after this token. */
    private static int take(JsonToken token, JsonParser parser, TreeBuilder builder) throws IOException, Unreadable {
        var spot = spot(parser.currentTokenLocation());
        switch (token) {
            case START_OBJECT -> {
                builder.beginObject(spot);
                return 1;
            }
            case START_ARRAY -> {
                builder.beginArray(spot);
                return 1;
            }
            case END_OBJECT, END_ARRAY -> {
                builder.end();
                return -1;
            }
            case FIELD_NAME -> builder.field(parser.currentName(), spot);
            case VALUE_STRING -> builder.text(parser.getText(), spot);
            case VALUE_TRUE -> builder.value(TreeBuilder.NODES.booleanNode(true), spot);
            case VALUE_FALSE -> builder.value(TreeBuilder.NODES.booleanNode(false), spot);
            case VALUE_NULL -> builder.value(TreeBuilder.NODES.nullNode(), spot);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText(), spot, builder);
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> throw syntax(spot, "it holds something that is no JSON");
        }
        return 0;
    }

    /** Both formats come here with a decimal number as JSON writes it. */
    static void number(String text, Spot spot, TreeBuilder builder) throws Unreadable {
        if (text.length() > NUMBER_LENGTH_MAX || LARGE_EXPONENT.matcher(text).find()) {
            throw new Unreadable(
                    "number-too-long",
                    "",
                    spot,
                    "a number has " + text.length() + " characters or an exponent beyond 99",
                    "put it in quotes if it is a text");
        }
        if (text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))) {
            var exact = new BigInteger(text);
            builder.value(
                    exact.bitLength() < Integer.SIZE
                            ? TreeBuilder.NODES.numberNode(exact.intValue())
                            : exact.bitLength() < Long.SIZE
                                    ? TreeBuilder.NODES.numberNode(exact.longValue())
                                    : TreeBuilder.NODES.numberNode(exact),
                    spot);
        } else {
            builder.value(TreeBuilder.NODES.numberNode(new BigDecimal(text)), spot);
        }
    }

    private static Spot spot(JsonLocation location) {
        return location == null ? Spot.UNKNOWN : new Spot(location.getLineNr(), location.getColumnNr());
    }

    private static Unreadable syntax(Spot spot, String what) {
        return new Unreadable(
                "syntax", "", spot, "this is no JSON: " + what, "a text that begins with { or [ is read as JSON");
    }

    /** Jackson's messages quote the text, in which there may be a secret. */
    private static String withoutQuotations(String message) {
        var quotation = message.indexOf('\'');
        var shown = quotation < 0 || message.indexOf("('") == quotation - 1
                ? message.lines().findFirst().orElse(message)
                : message.substring(0, quotation);
        return shown.length() > 120 ? shown.substring(0, 120) : shown.strip();
    }
}
