package io.barecount.ledger.check;

import io.barecount.ledger.entry.Described;
import io.barecount.ledger.entry.Index;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * An entry's row as the database has it.
 *
 * @param keptHash what the checkpoint that added it says its hash is; null where that can't be read
 */
public record StoredEntry(
        long seq,
        String topic,
        int partition,
        long offset,
        int generation,
        String type,
        UUID run,
        Instant time,
        byte[] leaf,
        byte[] keptHash) {

    /** What of the columns is not what the leaf says. */
    List<Finding> columns() {
        Described described;
        try {
            described = Described.of(leaf);
        } catch (IllegalArgumentException e) {
            return List.of(Finding.ofEntry(seq, "leaf", "no entry: " + e.getMessage()));
        }
        var findings = new ArrayList<Finding>();
        compare("topic", described.topic(), topic, findings);
        compare("kafka_partition", described.partition(), partition, findings);
        compare("kafka_offset", described.offset(), offset, findings);
        described.index().ifPresent(index -> compare(index, findings));
        if (generation < 0) {
            compare("generation", 0, generation, findings);
        }
        return findings;
    }

    private void compare(Index index, List<Finding> findings) {
        compare("type", index.type(), type, findings);
        compare("run", index.run() == null ? null : index.run().value(), run, findings);
        compare("event_time", index.time(), time, findings);
    }

    private void compare(String field, Object said, Object found, List<Finding> findings) {
        if (!Objects.equals(said, found)) {
            findings.add(Finding.ofEntry(seq, field, "the leaf says " + said + ", the column " + found));
        }
    }
}
