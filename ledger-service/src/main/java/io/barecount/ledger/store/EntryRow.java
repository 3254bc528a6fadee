package io.barecount.ledger.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.panache.common.Page;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** An entry, for reading: {@link LogTables} writes them. */
@Entity
@Table(name = "entries")
public class EntryRow extends PanacheEntityBase {
    @Id
    public long seq;

    @Column(nullable = false)
    public String topic;

    @Column(name = "kafka_partition", nullable = false)
    public int partition;

    @Column(name = "kafka_offset", nullable = false)
    public long offset;

    public String type;

    public UUID run;

    @Column(name = "event_time")
    public Instant time;

    @Column(nullable = false)
    public byte[] leaf;

    /** An entry without its leaf. */
    public record Line(long seq, String topic, int partition, long offset, String type, UUID run, Instant time) {}

    /** A part of an entry bundle. */
    record Leaf(long seq, byte[] leaf) {}

    /** In order from {@code from} on; a null run asks for any. */
    public static List<Line> lines(UUID run, long from, int most) {
        var entries = run == null
                ? find("seq >= ?1 order by seq", from)
                : find("run = ?1 and seq >= ?2 order by seq", run, from);
        return entries.page(Page.ofSize(most)).project(Line.class).list();
    }

    /** Empty if the entry is about no run, or there is none. */
    public static Optional<UUID> runOf(long seq) {
        return EntryRow.<EntryRow>findByIdOptional(seq).map(row -> row.run);
    }

    static List<Leaf> leaves(long from, int count) {
        return find("seq >= ?1 and seq < ?2 order by seq", from, from + count)
                .project(Leaf.class)
                .list();
    }
}
