package io.barecount.ledger.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.SubmissionIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What an entry holds: the canonical JSON (RFC 8785) of a record with its place.
 *
 * @param identity the same for every repeat of the same event: of ours by source, id and content, of others by place
 * @param run that it is about, if that can be told
 * @param bytes what is hashed
 * @param beside data that is too large for an entry, kept by the digest that the leaf holds instead; null if the leaf has it all
 */
public record Leaf(String identity, String run, byte[] bytes, byte[] beside) {
    /** Of an entry in a bundle of C2SP tlog-tiles, whose length has 16 bits. */
    public static final int BYTES_MAX = 65_535;

    private static final String OURS = "/barecount/";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /**
     * A record of a topic.
     *
     * @param value may be null, or no JSON at all: then the leaf holds its digest
     */
    public record Source(
            String topic, int partition, long offset, String key, Map<String, String> headers, byte[] value) {}

    public static Leaf of(Source record) {
        var leaf = NODES.objectNode();
        leaf.put("topic", record.topic());
        leaf.put("partition", record.partition());
        leaf.put("offset", record.offset());
        if (record.key() != null) {
            leaf.put("key", record.key());
        }
        var headers = leaf.putObject("headers");
        record.headers().forEach(headers::put);
        var value = record.value() == null ? new byte[0] : record.value();
        var data = json(value);
        if (data.isPresent()) {
            leaf.set("data", data.get());
        } else {
            leaf.set("raw", digestOf(value));
        }
        var bytes = CanonicalJson.bytes(leaf);
        if (bytes.length <= BYTES_MAX) {
            return new Leaf(identity(record, value), run(record), bytes, data.isPresent() ? null : value);
        }
        leaf.remove("data");
        leaf.set("dataDigest", digestOf(value));
        return new Leaf(identity(record, value), run(record), CanonicalJson.bytes(leaf), value);
    }

    private static Optional<JsonNode> json(byte[] value) {
        try {
            var tree = Json.read(value, JsonNode.class);
            return tree == null || tree.isMissingNode() ? Optional.empty() : Optional.of(tree);
        } catch (IllegalArgumentException noJson) {
            return Optional.empty();
        }
    }

    private static ObjectNode digestOf(byte[] value) {
        return NODES.objectNode().put("sha256", Digest.of(value).hex()).put("size", value.length);
    }

    private static String identity(Source record, byte[] value) {
        var source = record.headers().getOrDefault("ce_source", "");
        var place = record.topic() + "/" + record.partition() + "/" + record.offset();
        var name = source.startsWith(OURS)
                ? record.topic() + "/" + source + "/" + record.headers().get("ce_id") + "/"
                        + Digest.of(value).hex()
                : place;
        return Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** Subjects are runs ({@code <uuid>}) or attempts ({@code <uuid>/<index>/<number>}); publishers' submissions name theirs by identity. */
    private static String run(Source record) {
        var id = record.headers().get("ce_id");
        if (record.topic().startsWith(Topic.SUBMISSIONS.topicName())
                && !record.headers().getOrDefault("ce_source", "").startsWith(OURS)) {
            var source = record.headers().getOrDefault("ce_source", "");
            return (id == null || id.isEmpty() || source.isEmpty()
                            ? SubmissionIdentity.ofRecord(record.topic(), record.partition(), record.offset())
                            : SubmissionIdentity.ofCloudEvent(source, id))
                    .toString();
        }
        var subject = record.headers().getOrDefault("ce_subject", "");
        var run = subject.contains("/") ? subject.substring(0, subject.indexOf('/')) : subject;
        try {
            return RunId.parse(run).toString();
        } catch (IllegalArgumentException aboutNoRun) {
            return null;
        }
    }
}
