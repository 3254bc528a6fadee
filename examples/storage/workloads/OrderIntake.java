import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes in one order that a shop sent to a webhook: checks it, adds it up, and writes it as one line of {@code order.csv} into the
 * task's output directory.
 *
 * <p>The payload is {@code {"type": "order.created", "orderId": "…", "currency": "EUR", "lines": [{"sku": "…", "quantity": 2,
 * "unitPrice": 19.99}]}}; fields besides these are ignored. The total is exact, rounded half-even to the currency's minor unit.
 * Error messages name the field and never quote the payload: it may hold personal data, and the log is read by others.
 */
public final class OrderIntake {
    private static final int MAX_LINES = 1000;

    private OrderIntake() {}

    public static void main(String[] args) throws IOException {
        try {
            var order = Order.of(Json.read(payload()));
            var file = Path.of(variable("BARECOUNT_OUTPUT")).resolve("order.csv");
            Files.writeString(file, "order_id,currency,lines,units,total\n" + order.csv() + "\n");
            System.out.println("order " + order.id() + ": " + order.lines() + " lines, " + order.units() + " units, "
                    + order.total().toPlainString() + " " + order.currency());
        } catch (BadOrder e) {
            System.err.println("error: " + e.getMessage());
            System.exit(1);
        }
    }

    private static String payload() throws IOException {
        try {
            return Files.readString(Path.of(variable("BARECOUNT_PAYLOAD")));
        } catch (CharacterCodingException e) {
            throw new BadOrder("the payload is not UTF-8");
        }
    }

    private static String variable(String name) {
        var value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new BadOrder(name + " is not set");
        }
        return value;
    }

    private record Order(String id, Currency currency, int lines, long units, BigDecimal total) {
        static Order of(Object payload) {
            var order = new Fields("", payload);
            order.text("type", "order[.]created");
            var currency = currency(order.text("currency", "[A-Z]{3}"));
            var lines = order.list("lines");
            if (lines.isEmpty() || lines.size() > MAX_LINES) {
                throw new BadOrder("/lines must have 1 to " + MAX_LINES + " entries");
            }
            var units = 0L;
            var total = BigDecimal.ZERO;
            for (var i = 0; i < lines.size(); i++) {
                var line = new Fields("/lines/" + i, lines.get(i));
                line.text("sku", "[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
                var quantity = line.number("quantity", 0);
                if (quantity.signum() == 0) {
                    throw new BadOrder("/lines/" + i + "/quantity must not be 0");
                }
                units += quantity.longValueExact();
                total = total.add(quantity.multiply(line.number("unitPrice", 4)));
            }
            return new Order(
                    order.text("orderId", "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                    currency,
                    lines.size(),
                    units,
                    total.setScale(currency.getDefaultFractionDigits(), RoundingMode.HALF_EVEN));
        }

        private static Currency currency(String code) {
            try {
                var currency = Currency.getInstance(code);
                if (currency.getDefaultFractionDigits() >= 0) {
                    return currency;
                }
            } catch (IllegalArgumentException e) {
                // Said below, as for codes such as XAU, which are no money.
            }
            throw new BadOrder("/currency is not a currency of ISO 4217");
        }

        /** No field needs quotes: each has been checked or is a number. */
        String csv() {
            return String.join(
                    ",",
                    id,
                    currency.getCurrencyCode(),
                    Integer.toString(lines),
                    Long.toString(units),
                    total.toPlainString());
        }
    }

    /** An object of the payload, with checks; {@code pointer} says where it is (RFC 6901). */
    private record Fields(String pointer, Object object) {
        String text(String name, String pattern) {
            if (value(name) instanceof String text && text.matches(pattern)) {
                return text;
            }
            throw new BadOrder(pointer + "/" + name + " must be a string that matches " + pattern);
        }

        /** Not negative, below a million, and with no more than this many decimal places. */
        BigDecimal number(String name, int decimals) {
            if (value(name) instanceof BigDecimal number
                    && number.signum() >= 0
                    && Math.abs(number.scale()) <= 20
                    && number.compareTo(BigDecimal.valueOf(1_000_000)) < 0
                    && number.stripTrailingZeros().scale() <= decimals) {
                return number;
            }
            throw new BadOrder(pointer + "/" + name + " must be a number from 0 to below 1000000 with at most "
                    + decimals + " decimal places");
        }

        List<?> list(String name) {
            if (value(name) instanceof List<?> list) {
                return list;
            }
            throw new BadOrder(pointer + "/" + name + " must be a list");
        }

        private Object value(String name) {
            if (object instanceof Map<?, ?> fields) {
                return fields.get(name);
            }
            throw new BadOrder((pointer.isEmpty() ? "the payload" : pointer) + " must be an object");
        }
    }
}

/**
 * Reads JSON as RFC 8259 has it: objects become maps, arrays lists, numbers {@link BigDecimal}, null null. Refuses what is legal but
 * dangerous: a name twice in one object, nesting deeper than {@value #MAX_DEPTH}.
 */
final class Json {
    private static final int MAX_DEPTH = 32;
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object read(String text) {
        var json = new Json(text);
        var value = json.value(0);
        json.skipSpace();
        if (json.at < text.length()) {
            throw json.unexpected("the end");
        }
        return value;
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw unexpected("less nesting");
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        var fields = new LinkedHashMap<String, Object>();
        expect('{');
        skipSpace();
        if (!take('}')) {
            do {
                skipSpace();
                var name = string();
                skipSpace();
                expect(':');
                if (fields.containsKey(name)) {
                    throw unexpected("each name once in an object");
                }
                fields.put(name, value(depth + 1));
                skipSpace();
            } while (take(','));
            expect('}');
        }
        return fields;
    }

    private List<Object> array(int depth) {
        var items = new ArrayList<Object>();
        expect('[');
        skipSpace();
        if (!take(']')) {
            do {
                items.add(value(depth + 1));
                skipSpace();
            } while (take(','));
            expect(']');
        }
        return items;
    }

    private String string() {
        expect('"');
        var string = new StringBuilder();
        while (!take('"')) {
            var c = next();
            if (c < ' ') {
                throw unexpected("control characters to be escaped");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        return string.toString();
    }

    private char escaped() {
        var c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                var code = 0;
                for (var i = 0; i < 4; i++) {
                    var digit = "0123456789abcdef".indexOf(Character.toLowerCase(next()));
                    if (digit < 0) {
                        throw unexpected("four hexadecimal digits");
                    }
                    code = code * 16 + digit;
                }
                yield (char) code;
            }
            default -> throw unexpected("an escape sequence");
        };
    }

    private BigDecimal number() {
        var start = at;
        take('-');
        if (!take('0')) {
            digits();
        }
        if (take('.')) {
            digits();
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            digits();
        }
        try {
            return new BigDecimal(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw unexpected("a number of reasonable size");
        }
    }

    private void digits() {
        var start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw unexpected("a value");
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw unexpected("a value");
        }
        at += word.length();
        return value;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw unexpected("'" + c + "'");
        }
    }

    private char peek() {
        if (at == text.length()) {
            throw unexpected("more");
        }
        return text.charAt(at);
    }

    private char next() {
        var c = peek();
        at++;
        return c;
    }

    private BadOrder unexpected(String wanted) {
        return new BadOrder("the payload is not JSON we take: expected " + wanted + " at character " + at);
    }
}

/** The order is refused; the message says which field is why. */
final class BadOrder extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadOrder(String message) {
        super(message);
    }
}
