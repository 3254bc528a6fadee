package io.barecount.ledger.entry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * What an entry's hash is made of: canonical JSON (RFC 8785) of the record with its place.
 *
 * <pre>
 * {"data": …, "headers": {…}, "key": "…", "offset": 7, "partition": 2, "topic": "barecount.runs"}
 * </pre>
 *
 * <p>Every record has a leaf, and no leaf says less or other than its record. Where the value is not JSON, or JSON whose canonical
 * form would change a number, {@code "raw"} names its digest and size instead of {@code "data"} (null for a record without a value).
 * Where the leaf would be too long, {@code "dataDigest"} stands for the data, and {@code "recordDigest"} for key, headers and value if
 * even these are too long. Text that is not UTF-8 is written {@code {"base64": "…"}}, a repeated header as an array.
 *
 * @param payload the bytes that a digest stands for, kept beside the log; null if the leaf says it all
 */
public record Leaf(byte[] bytes, byte[] payload) {
    /** What fits an entry bundle of C2SP tlog-tiles. */
    public static final int BYTES_MAX = 65_535;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory PARSERS = JsonFactory.builder()
            .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    public static Leaf of(Arrival arrival) {
        var envelope = place(arrival);
        envelope.set("key", text(arrival.key()));
        envelope.set("headers", headers(arrival.headers()));
        var data = exactJson(arrival.value());
        if (data.isPresent()) {
            var whole = spliced(envelope, data.get());
            if (whole.isPresent() && whole.get().length <= BYTES_MAX) {
                return new Leaf(whole.get(), null);
            }
            if (whole.isPresent()) {
                return withDigest(arrival, envelope, "dataDigest");
            }
        }
        return withDigest(arrival, envelope, "raw");
    }

    private static Leaf withDigest(Arrival arrival, ObjectNode envelope, String name) {
        envelope.set(name, digest(arrival.value()));
        var bytes = CanonicalJson.bytes(envelope);
        return bytes.length <= BYTES_MAX ? new Leaf(bytes, arrival.value()) : ofDigestAlone(arrival, envelope);
    }

    private static Leaf ofDigestAlone(Arrival arrival, ObjectNode envelope) {
        var record = NODES.objectNode();
        record.set("key", envelope.get("key"));
        record.set("headers", envelope.get("headers"));
        record.set("value", arrival.value() == null ? NODES.nullNode() : base64(arrival.value()));
        var payload = CanonicalJson.bytes(record);
        var digested = place(arrival);
        digested.set("recordDigest", digest(payload));
        return new Leaf(CanonicalJson.bytes(digested), payload);
    }

    private static ObjectNode place(Arrival arrival) {
        var place = NODES.objectNode();
        place.put("topic", arrival.topic());
        place.put("partition", arrival.partition());
        place.put("offset", arrival.offset());
        return place;
    }

    private static JsonNode headers(List<Arrival.Header> headers) {
        var byName = new LinkedHashMap<String, List<JsonNode>>();
        for (var header : headers) {
            byName.computeIfAbsent(header.name(), name -> new ArrayList<>()).add(text(header.value()));
        }
        var node = NODES.objectNode();
        byName.forEach((name, values) -> node.set(
                name, values.size() == 1 ? values.get(0) : NODES.arrayNode().addAll(values)));
        return node;
    }

    private static JsonNode text(byte[] bytes) {
        if (bytes == null) {
            return NODES.nullNode();
        }
        return utf8(bytes).<JsonNode>map(NODES::textNode).orElseGet(() -> base64(bytes));
    }

    private static ObjectNode base64(byte[] bytes) {
        return NODES.objectNode().put("base64", Base64.getEncoder().encodeToString(bytes));
    }

    private static JsonNode digest(byte[] bytes) {
        if (bytes == null) {
            return NODES.nullNode();
        }
        return NODES.objectNode().put("sha256", Digest.of(bytes).hex()).put("size", bytes.length);
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The value's text if it is one JSON value that RFC 8785 writes without changing what it says. */
    private static Optional<String> exactJson(byte[] value) {
        return value == null ? Optional.empty() : utf8(value).filter(Leaf::isExactJson);
    }

    private static boolean isExactJson(String text) {
        try (var parser = PARSERS.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            var depth = 0;
            for (var token = parser.currentToken(); token != null; token = parser.nextToken()) {
                if (token.isNumeric() && !isExactNumber(parser)) {
                    return false;
                }
                if ((token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
                        && hasLoneSurrogate(parser.getText())) {
                    return false;
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 0 && parser.nextToken() != null) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isExactNumber(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 15) {
            return true;
        }
        var number = Double.parseDouble(parser.getText());
        return Double.isFinite(number)
                && new BigDecimal(parser.getText()).compareTo(new BigDecimal(Double.toString(number))) == 0;
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /** Empty if the canonicaliser refuses what the parser took, such as a leading byte order mark. */
    private static Optional<byte[]> spliced(ObjectNode envelope, String data) {
        var rest = Json.text(envelope);
        try {
            return Optional.of(CanonicalJson.bytes(("{\"data\":" + data + "," + rest.substring(1)).getBytes(UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
