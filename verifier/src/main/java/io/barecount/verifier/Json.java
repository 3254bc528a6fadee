package io.barecount.verifier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A JSON value, read strictly: no name twice in an object, nothing after the value. Two are equal if they have the same canonical form.
 *
 * <p>What is asked of a value that it does not have is {@link NotProven}: nothing here is trusted to be of the right type.
 */
final class Json {
    private static final JsonFactory PARSERS = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Object NULL = new Object();
    private static final Json MISSING = new Json(null);

    /** A map, a list, a string, a BigDecimal, a boolean or NULL; null for a value that isn't there. */
    private final Object value;

    private Json(Object value) {
        this.value = value;
    }

    /** @throws NotProven if the bytes are not one JSON value */
    static Json parse(byte[] text) {
        try (var parser = PARSERS.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new NotProven("no JSON: it is empty");
            }
            var json = read(parser);
            if (parser.nextToken() != null) {
                throw new NotProven("no JSON: something follows the value");
            }
            return json;
        } catch (IOException e) {
            throw new NotProven("no JSON: " + e.getMessage().lines().findFirst().orElse(""));
        }
    }

    private static Json read(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var fields = new LinkedHashMap<String, Json>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var name = parser.currentName();
                    parser.nextToken();
                    fields.put(name, read(parser));
                }
                yield new Json(fields);
            }
            case START_ARRAY -> {
                var items = new ArrayList<Json>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser));
                }
                yield new Json(items);
            }
            case VALUE_STRING -> new Json(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json(parser.getDecimalValue());
            case VALUE_TRUE -> new Json(true);
            case VALUE_FALSE -> new Json(false);
            case VALUE_NULL -> new Json(NULL);
            default -> throw new NotProven("no JSON: " + parser.currentToken());
        };
    }

    /** The field of this name; a missing value for anything that has none. */
    Json at(String name) {
        return value instanceof Map<?, ?> fields && fields.get(name) instanceof Json field ? field : MISSING;
    }

    /** Whether it is there and not null. */
    boolean isPresent() {
        return value != null && value != NULL;
    }

    boolean isText() {
        return value instanceof String;
    }

    boolean isObject() {
        return value instanceof Map;
    }

    String text() {
        return as(String.class, "text");
    }

    /** Null if there is none. */
    String textOrNull() {
        return isPresent() ? text() : null;
    }

    long integer() {
        try {
            return as(BigDecimal.class, "a number").longValueExact();
        } catch (ArithmeticException e) {
            throw new NotProven("expected a whole number, found " + value);
        }
    }

    /** As base64 must be written (RFC 4648, section 3.5): other text for the same bytes is refused. */
    byte[] bytes() {
        return Texts.base64(text());
    }

    @SuppressWarnings("unchecked")
    Map<String, Json> fields() {
        return as(Map.class, "an object");
    }

    @SuppressWarnings("unchecked")
    List<Json> items() {
        return as(List.class, "an array");
    }

    private <T> T as(Class<T> type, String wanted) {
        if (!type.isInstance(value)) {
            throw new NotProven("expected " + wanted + ", found " + (value == null ? "nothing" : this));
        }
        return type.cast(value);
    }

    /** @throws NotProven if it has other fields than these */
    void requireFields(String what, String... known) {
        for (var name : fields().keySet()) {
            if (!List.of(known).contains(name)) {
                throw new NotProven(what + " has a field \"" + name + "\"; known are " + String.join(", ", known));
            }
        }
    }

    /** RFC 8785. */
    byte[] canonical() {
        var out = new StringBuilder();
        write(out);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void write(StringBuilder out) {
        switch (value) {
            case Map<?, ?> fields -> {
                var separator = "{";
                for (var field : new TreeMap<>(fields()).entrySet()) {
                    out.append(separator);
                    quote(field.getKey(), out);
                    out.append(':');
                    field.getValue().write(out);
                    separator = ",";
                }
                out.append(fields.isEmpty() ? "{}" : "}");
            }
            case List<?> items -> {
                var separator = "[";
                for (var item : items()) {
                    out.append(separator);
                    item.write(out);
                    separator = ",";
                }
                out.append(items.isEmpty() ? "[]" : "]");
            }
            case String text -> quote(text, out);
            case BigDecimal number -> out.append(ecmaScript(number.doubleValue()));
            case Boolean truth -> out.append(truth);
            case null -> throw new NotProven("a value is missing");
            default -> out.append("null");
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            var escaped = "\b\t\n\f\r\"\\".indexOf(c);
            if (escaped >= 0) {
                out.append('\\').append("btnfr\"\\".charAt(escaped));
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** ECMA-262, Number::toString: the digits are those of Java's shortest decimal, only their layout differs. */
    private static String ecmaScript(double number) {
        if (number == 0) {
            return "0";
        }
        if (!Double.isFinite(number)) {
            throw new NotProven("a number is too large for JSON");
        }
        var decimal = shortest(Math.abs(number));
        var digits = decimal.unscaledValue().toString();
        var point = digits.length() - decimal.scale();
        var text = new StringBuilder(number < 0 ? "-" : "");
        if (point > 21 || point <= -6) {
            text.append(digits.charAt(0));
            if (digits.length() > 1) {
                text.append('.').append(digits, 1, digits.length());
            }
            return text.append('e')
                    .append(point > 0 ? "+" : "")
                    .append(point - 1)
                    .toString();
        }
        return text.append(decimal.toPlainString()).toString();
    }

    /** Java writes two digits where one would do, for the smallest numbers. */
    private static BigDecimal shortest(double number) {
        var decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        var oneDigit = decimal.round(new MathContext(1));
        return decimal.precision() == 2 && oneDigit.doubleValue() == number ? oneDigit : decimal;
    }

    /** JSON pointer of the first place where the two differ; null if nowhere. */
    String firstDifference(Json other) {
        return firstDifference(other, "");
    }

    private String firstDifference(Json other, String at) {
        if (value instanceof Map && other.value instanceof Map) {
            var names = new TreeMap<>(fields());
            names.putAll(other.fields());
            for (var name : names.keySet()) {
                var difference = at(name).firstDifference(
                                other.at(name),
                                at + "/" + name.replace("~", "~0").replace("/", "~1"));
                if (difference != null) {
                    return difference;
                }
            }
            return null;
        }
        if (value instanceof List && other.value instanceof List) {
            for (var i = 0; i < Math.max(items().size(), other.items().size()); i++) {
                var difference = item(i).firstDifference(other.item(i), at + "/" + i);
                if (difference != null) {
                    return difference;
                }
            }
            return null;
        }
        return equals(other) ? null : at;
    }

    private Json item(int index) {
        return index < items().size() ? items().get(index) : MISSING;
    }

    /** A value to be written, of strings, numbers, booleans, nulls, lists and maps of these. */
    static Json of(Object java) {
        return switch (java) {
            case null -> new Json(NULL);
            case Json json -> json;
            case Map<?, ?> map -> {
                var fields = new LinkedHashMap<String, Json>();
                map.forEach((name, field) -> fields.put((String) name, of(field)));
                yield new Json(fields);
            }
            case Iterable<?> items -> {
                var list = new ArrayList<Json>();
                items.forEach(item -> list.add(of(item)));
                yield new Json(list);
            }
            case Number number -> new Json(new BigDecimal(number.toString()));
            case Boolean truth -> new Json(truth);
            default -> new Json(java.toString());
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Json that
                && (value == null || that.value == null
                        ? value == that.value
                        : Arrays.equals(canonical(), that.canonical()));
    }

    @Override
    public int hashCode() {
        return value == null ? 0 : toString().hashCode();
    }

    @Override
    public String toString() {
        return value == null ? "nothing" : new String(canonical(), StandardCharsets.UTF_8);
    }
}
