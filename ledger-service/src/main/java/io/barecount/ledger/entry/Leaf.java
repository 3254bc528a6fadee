package io.barecount.ledger.entry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final byte[] DATA = "{\"data\":".getBytes(UTF_8);
    private static final byte[] OFFSET = "\"offset\":".getBytes(UTF_8);
    private static final byte[] PARTITION = "\"partition\":".getBytes(UTF_8);

    public static Leaf of(Arrival arrival) {
        var envelope = place(arrival);
        envelope.set("key", text(arrival.key()));
        envelope.set("headers", headers(arrival.headers()));
        var data = exactJson(arrival.value());
        if (data.isPresent()) {
            var whole = withData(envelope, data.get());
            return whole.length <= BYTES_MAX ? new Leaf(whole, null) : withDigest(arrival, envelope, "dataDigest");
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
        if (isPlain(bytes)) {
            return Optional.of(new String(bytes, ISO_8859_1));
        }
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** ASCII without NUL: the same text in any encoding that a parser may take it for. */
    private static boolean isPlain(byte[] bytes) {
        for (var each : bytes) {
            if (each <= 0) {
                return false;
            }
        }
        return true;
    }

    /** The value if it is one JSON value that RFC 8785 writes without changing what it says. */
    private static Optional<JsonNode> exactJson(byte[] value) {
        if (value == null) {
            return Optional.empty();
        }
        return isPlain(value) ? ExactJson.read(value) : utf8(value).flatMap(ExactJson::read);
    }

    private static byte[] withData(ObjectNode envelope, JsonNode data) {
        var value = CanonicalJson.bytes(data);
        var rest = CanonicalJson.bytes(envelope);
        var whole = new ByteArrayOutputStream(DATA.length + value.length + rest.length);
        whole.writeBytes(DATA);
        whole.writeBytes(value);
        whole.write(',');
        whole.write(rest, 1, rest.length - 1);
        return whole.toByteArray();
    }

    /**
     * What two records have in common that differ by partition and offset alone. These stand behind all that comes from outside, and so
     * are found from the end.
     */
    public byte[] digestOfAllButThePlace() {
        var from = lastIndexOf(OFFSET, bytes.length);
        var to = endOfNumber(lastIndexOf(PARTITION, bytes.length) + PARTITION.length);
        var sha256 = sha256();
        sha256.update(bytes, 0, from);
        sha256.update(bytes, to, bytes.length - to);
        return sha256.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private int lastIndexOf(byte[] part, int before) {
        var at = before - part.length;
        while (!Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
            at--;
        }
        return at;
    }

    private int endOfNumber(int from) {
        var at = from;
        while (Character.isDigit(bytes[at])) {
            at++;
        }
        return at;
    }
}
