package io.barecount.ledger.entry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.barecount.contracts.proof.MerkleTree;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A record on its way into the log: its leaf, and what the log's index says of it. What the record means is for read models to find out,
 * from the log.
 *
 * @param leafHash RFC 6962, section 2.1
 * @param fact by which a record that its producer sent again after a crash is recognised: minutes of its time, then a digest of all but
 *     its place; null for a record without an id of its own, which is never taken for a repeat
 */
public record Entry(Place place, Leaf leaf, byte[] leafHash, byte[] fact, Index index) {
    private static final String DEAD_LETTERS = ".dlq";
    private static final int DIGEST_BYTES_OF_FACT = 28;

    public static Entry of(Arrival arrival) {
        var leaf = Leaf.of(arrival);
        var headers = headers(arrival);
        var index = Index.of(headers, arrival.key() == null ? null : new String(arrival.key(), UTF_8));
        return new Entry(
                new Place(new Place.Partition(arrival.topic(), arrival.partition()), arrival.offset()),
                leaf,
                MerkleTree.leafHash(leaf.bytes()),
                hasAnIdOfItsOwn(arrival, headers) ? fact(leaf, index) : null,
                index);
    }

    private static Map<String, String> headers(Arrival arrival) {
        var headers = new HashMap<String, String>();
        for (var header : arrival.headers()) {
            if (header.value() != null) {
                headers.put(header.name(), new String(header.value(), UTF_8));
            }
        }
        return headers;
    }

    /** CloudEvents: source and id name an event. A dead letter's name is the place where its record stood. */
    private static boolean hasAnIdOfItsOwn(Arrival arrival, Map<String, String> headers) {
        return (headers.containsKey("ce_id") && headers.containsKey("ce_source"))
                || (arrival.topic().endsWith(DEAD_LETTERS) && headers.containsKey("dead-letter-offset"));
    }

    private static byte[] fact(Leaf leaf, Index index) {
        var minutes = index.time() == null ? 0 : (int) (index.time().getEpochSecond() / 60);
        return ByteBuffer.allocate(Integer.BYTES + DIGEST_BYTES_OF_FACT)
                .putInt(minutes)
                .put(leaf.digestOfAllButThePlace(), 0, DIGEST_BYTES_OF_FACT)
                .array();
    }
}
