package io.barecount.contracts.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.erdtman.jcs.NumberToJSON;

/**
 * The one byte form of a JSON value (RFC 8785): what is signed and hashed. Keys in order of their UTF-16 code units, no white space, the
 * shortest escapes, numbers as ECMAScript prints them.
 *
 * <p>Written from the parsed tree in one pass, as every entry of the ledger goes through here; numbers that are no plain integers are left
 * to the RFC's own library.
 */
public final class CanonicalJson {
    /** Larger integers are not exact as the doubles that JSON numbers are. */
    private static final long EXACT_MAX = (1L << 53) - 1;

    private CanonicalJson() {}

    /** Of a value as the codec writes it. */
    public static byte[] bytes(Object value) {
        return bytes(value instanceof JsonNode tree ? tree : Json.tree(value));
    }

    /** @throws IllegalArgumentException if the bytes are not one JSON value, or hold a number that JSON can't carry exactly */
    public static byte[] bytes(byte[] json) {
        return bytes(Json.read(json, JsonNode.class));
    }

    /** @throws IllegalArgumentException if the tree holds a number that JSON can't carry exactly */
    public static byte[] bytes(JsonNode tree) {
        var out = new ByteArrayOutputStream(1024);
        write(tree, out);
        return out.toByteArray();
    }

    private static void write(JsonNode node, ByteArrayOutputStream out) {
        switch (node.getNodeType()) {
            case OBJECT -> writeObject(node, out);
            case ARRAY -> {
                out.write('[');
                for (var i = 0; i < node.size(); i++) {
                    if (i > 0) {
                        out.write(',');
                    }
                    write(node.get(i), out);
                }
                out.write(']');
            }
            case STRING -> writeString(node.textValue(), out);
            case NUMBER -> ascii(number(node), out);
            case BOOLEAN -> ascii(node.booleanValue() ? "true" : "false", out);
            case NULL -> ascii("null", out);
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("no JSON: " + node.getNodeType());
        }
    }

    private static void writeObject(JsonNode node, ByteArrayOutputStream out) {
        var names = new ArrayList<String>(node.size());
        node.fieldNames().forEachRemaining(names::add);
        names.sort(null);
        out.write('{');
        for (var i = 0; i < names.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            writeString(names.get(i), out);
            out.write(':');
            write(node.get(names.get(i)), out);
        }
        out.write('}');
    }

    private static String number(JsonNode number) {
        if (number.canConvertToExactIntegral()
                && number.canConvertToLong()
                && Math.abs(number.longValue()) <= EXACT_MAX) {
            return Long.toString(number.longValue());
        }
        try {
            return NumberToJSON.serializeNumber(number.doubleValue());
        } catch (IOException e) {
            throw new IllegalArgumentException("no canonical form: " + number, e);
        }
    }

    private static void writeString(String text, ByteArrayOutputStream out) {
        out.write('"');
        var plainFrom = 0;
        for (var i = 0; i < text.length(); i++) {
            var escape = escape(text.charAt(i));
            if (escape != null) {
                utf8(text, plainFrom, i, out);
                ascii(escape, out);
                plainFrom = i + 1;
            }
        }
        utf8(text, plainFrom, text.length(), out);
        out.write('"');
    }

    private static String escape(char character) {
        return switch (character) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            default -> character < ' ' ? "\\u%04x".formatted((int) character) : null;
        };
    }

    private static void utf8(String text, int from, int to, ByteArrayOutputStream out) {
        if (from < to) {
            out.writeBytes(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void ascii(String text, ByteArrayOutputStream out) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
