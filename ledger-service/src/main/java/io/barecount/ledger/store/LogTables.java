package io.barecount.ledger.store;

import static io.barecount.contracts.proof.MerkleTree.HASH_BYTES;

import io.barecount.contracts.proof.Tile;
import io.barecount.ledger.entry.Entry;
import io.barecount.ledger.entry.Place;
import io.barecount.ledger.entry.Place.Partition;
import io.barecount.ledger.tree.TileHashes;
import io.barecount.ledger.tree.TileSource;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The log's tables, whole batches at a time, within the transaction of the connection. Rows are inserted and read, and nothing else. */
final class LogTables implements TileSource {
    /** Entries of a partition of the table: sixteen full tiles of level 1. */
    static final long PARTITION_ROWS = 1L << 20;

    /** Names the lock, among all that this database knows, of whoever appends. */
    private static final long SEQUENCER = 0x6c65646765720001L;

    private final Connection connection;

    LogTables(Connection connection) {
        this.connection = connection;
    }

    /** A statement's work; a lost database is an exception as any other. */
    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private static IllegalStateException lost(SQLException e) {
        return new IllegalStateException("the ledger's database: " + e.getMessage(), e);
    }

    private <T> T query(String sql, Work<T> work) {
        try (var statement = connection.prepareStatement(sql)) {
            return work.with(statement);
        } catch (SQLException e) {
            throw lost(e);
        }
    }

    /** Waits for whoever appends at present; until the transaction ends, nobody else does: so there is one order. */
    Head lockHead() {
        query("select pg_advisory_xact_lock(" + SEQUENCER + ")", PreparedStatement::execute);
        return head();
    }

    Head head() {
        return query("select size, note, sequence from checkpoints order by size desc limit 1", statement -> {
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? new Head(rows.getLong(1), rows.getString(2), rows.getLong(3))
                        : new Head(0, null, 0);
            }
        });
    }

    /** A tile that is not full follows from what is below it. */
    @Override
    public byte[] hashes(Tile tile) {
        var full = query("select hashes from tiles where level = ? and tile_index = ?", statement -> {
            statement.setInt(1, tile.level());
            statement.setLong(2, tile.index());
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getBytes(1) : null;
            }
        });
        if (full != null) {
            return full;
        }
        return tile.level() == 0
                ? joined(
                        "select substring(added from ((greatest(before, first) - before) * 32 + 1)::integer"
                                + " for ((least(size, first + width) - greatest(before, first)) * 32)::integer)"
                                + " from (select size, size - length(added) / 32 as before, added, ?::bigint as first,"
                                + " ?::bigint as width from checkpoints) c"
                                + " where size > first and before < first + width order by size limit 256",
                        tile)
                : joined(
                        "select root from tiles, (select ?::bigint as first, ?::bigint as width) wanted"
                                + " where tile_index >= first and tile_index < first + width and level = "
                                + (tile.level() - 1) + " order by tile_index",
                        tile);
    }

    private byte[] joined(String sql, Tile tile) {
        return query(sql, statement -> {
            statement.setLong(1, tile.index() * Tile.HASHES_MAX);
            statement.setLong(2, tile.width());
            var hashes = new ByteArrayOutputStream(tile.width() * HASH_BYTES);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    hashes.writeBytes(rows.getBytes(1));
                }
            }
            return hashes.toByteArray();
        });
    }

    /** The last offset of each of these partitions that is an entry; nothing for those of which there is none. */
    Map<Partition, Long> ends(Collection<Partition> partitions) {
        return query(
                "select p.topic, p.kafka_partition, e.kafka_offset"
                        + " from unnest(?::text[], ?::integer[]) as p(topic, kafka_partition)"
                        + " cross join lateral (select kafka_offset from entries e where e.topic = p.topic"
                        + " and e.kafka_partition = p.kafka_partition order by kafka_offset desc limit 1) e",
                statement -> {
                    set(statement, 1, "text", partitions.stream().map(Partition::topic));
                    set(statement, 2, "integer", partitions.stream().map(Partition::number));
                    var ends = new HashMap<Partition, Long>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            ends.put(new Partition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
                        }
                    }
                    return ends;
                });
    }

    /** The entry that a place led to last. */
    record Last(int generation, byte[] leaf) {}

    /** What these places led to; nothing for those that are new. */
    Map<Place, Last> last(Collection<Place> places) {
        if (places.isEmpty()) {
            return Map.of();
        }
        return query(
                "select e.topic, e.kafka_partition, e.kafka_offset, e.generation, e.leaf from entries e"
                        + " join unnest(?::text[], ?::integer[], ?::bigint[]) as p(topic, kafka_partition, kafka_offset)"
                        + " using (topic, kafka_partition, kafka_offset) order by e.generation",
                statement -> {
                    set(
                            statement,
                            1,
                            "text",
                            places.stream().map(place -> place.partition().topic()));
                    set(
                            statement,
                            2,
                            "integer",
                            places.stream().map(place -> place.partition().number()));
                    set(statement, 3, "bigint", places.stream().map(Place::offset));
                    var found = new HashMap<Place, Last>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            found.put(
                                    new Place(new Partition(rows.getString(1), rows.getInt(2)), rows.getLong(3)),
                                    new Last(rows.getInt(4), rows.getBytes(5)));
                        }
                    }
                    return found;
                });
    }

    private void set(PreparedStatement statement, int index, String type, java.util.stream.Stream<?> values)
            throws SQLException {
        statement.setArray(index, connection.createArrayOf(type, values.toArray()));
    }

    /** Those of these that the log knows. */
    Set<Fact> known(Collection<Fact> facts) {
        if (facts.isEmpty()) {
            return Set.of();
        }
        return query("select fact from facts where fact = any (?)", statement -> {
            statement.setArray(1, connection.createArrayOf("bytea", bytes(facts)));
            var known = new HashSet<Fact>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.add(new Fact(rows.getBytes(1)));
                }
            }
            return known;
        });
    }

    private static byte[][] bytes(Collection<Fact> facts) {
        return facts.stream().sorted().map(Fact::bytes).toArray(byte[][]::new);
    }

    void addFacts(Collection<Fact> facts) {
        try (var copy = new BinaryCopy(connection, "facts (fact)")) {
            for (var fact : bytes(facts)) {
                copy.row(1);
                copy.put(fact);
            }
            copy.end();
        } catch (SQLException e) {
            throw lost(e);
        }
    }

    /** By value, in the order of the index. */
    record Fact(byte[] bytes) implements Comparable<Fact> {
        @Override
        public int compareTo(Fact other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Fact fact && Arrays.equals(bytes, fact.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** Makes sure that there is a place for entries from {@code from} on, up to the one before {@code to}. */
    void makeRoom(long from, long to) {
        for (var first = from - from % PARTITION_ROWS; first < to; first += PARTITION_ROWS) {
            var partition = first;
            query("select add_entries_partition(?)", statement -> {
                statement.setLong(1, partition);
                return statement.execute();
            });
        }
    }

    /** An entry with its place in the log. */
    record Placed(long seq, int generation, Entry entry) {}

    void insert(List<Placed> entries) {
        try (var copy = new BinaryCopy(
                connection,
                "entries (seq, topic, kafka_partition, kafka_offset, generation, type, run, event_time, leaf)")) {
            for (var placed : entries) {
                var entry = placed.entry();
                copy.row(9);
                copy.put(placed.seq());
                copy.put(entry.place().partition().topic());
                copy.put(entry.place().partition().number());
                copy.put(entry.place().offset());
                copy.put(placed.generation());
                copy.put(entry.index().type());
                copy.put(
                        entry.index().run() == null ? null : entry.index().run().value());
                copy.put(entry.index().time());
                copy.put(entry.leaf().bytes());
            }
            copy.end();
        } catch (SQLException e) {
            throw lost(e);
        }
        var withPayload = entries.stream()
                .filter(placed -> placed.entry().leaf().payload() != null)
                .toList();
        if (!withPayload.isEmpty()) {
            query("insert into entry_payloads (seq, bytes) values (?, ?)", statement -> {
                for (var placed : withPayload) {
                    statement.setLong(1, placed.seq());
                    statement.setBytes(2, placed.entry().leaf().payload());
                    statement.addBatch();
                }
                return statement.executeBatch();
            });
        }
    }

    /** The full ones among them are kept; the others follow from rows. */
    void add(List<TileHashes> tiles) {
        query("insert into tiles (level, tile_index, hashes, root) values (?, ?, ?, ?)", statement -> {
            for (var tile : tiles) {
                if (tile.isFull()) {
                    statement.setInt(1, tile.tile().level());
                    statement.setLong(2, tile.tile().index());
                    statement.setBytes(3, tile.hashes());
                    statement.setBytes(4, tile.root());
                    statement.addBatch();
                }
            }
            return statement.executeBatch();
        });
    }

    /**
     * The note that says what the log is now.
     *
     * @param added hashes of the entries since the note before, one after the other
     */
    void commitTo(long size, String note, long sequence, byte[] added, Instant now) {
        query("insert into checkpoints (size, note, sequence, signed_at, added) values (?, ?, ?, ?, ?)", statement -> {
            statement.setLong(1, size);
            statement.setString(2, note);
            statement.setLong(3, sequence);
            statement.setTimestamp(4, Timestamp.from(now));
            statement.setBytes(5, added);
            return statement.executeUpdate();
        });
    }

    /** The checkpoint signed last; null before the first. */
    Log.Signed lastSigned() {
        return query("select size, note, signed_at from checkpoints order by size desc limit 1", statement -> {
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? new Log.Signed(
                                rows.getLong(1),
                                rows.getString(2),
                                rows.getTimestamp(3).toInstant())
                        : null;
            }
        });
    }

    /** Up to which entry the audit records are made; until the transaction ends, nobody else makes any. */
    long lockAudited() {
        return query("select applied from audit_progress for update", statement -> {
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    /** The checkpoint signed at this size; null if there is none. */
    Log.Signed signedAt(long size) {
        return query("select size, note, signed_at from checkpoints where size = ?", statement -> {
            statement.setLong(1, size);
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? new Log.Signed(
                                rows.getLong(1),
                                rows.getString(2),
                                rows.getTimestamp(3).toInstant())
                        : null;
            }
        });
    }

    void audited(long upTo) {
        query("update audit_progress set applied = ?", statement -> {
            statement.setLong(1, upTo);
            return statement.executeUpdate();
        });
    }

    /** Numbers of events about runs, each with its source and run at the same index. */
    void addSequences(List<String> sources, List<UUID> runs, List<Long> numbers) {
        query(
                "insert into event_sequences (source, run, seen, changed_at)"
                        + " select source, run, range_agg(int8range(number, number + 1)), now()"
                        + " from unnest(?::text[], ?::uuid[], ?::bigint[]) as e(source, run, number) group by source, run"
                        + " order by run, source on conflict (source, run) do update"
                        + " set seen = event_sequences.seen + excluded.seen, changed_at = now()",
                statement -> {
                    set(statement, 1, "text", sources.stream());
                    set(statement, 2, "uuid", runs.stream());
                    set(statement, 3, "bigint", numbers.stream());
                    return statement.executeUpdate();
                });
    }

    /** Entries' leaves, and what is kept beside them, from a place on. */
    record Stored(long seq, byte[] leaf, byte[] payload) {}

    List<Stored> stored(long from, int most) {
        return stored("seq >= ? and seq < ?", statement -> {
            statement.setLong(1, from);
            statement.setLong(2, from + most);
        });
    }

    /** All of a run, below this size of the tree. */
    List<Stored> stored(UUID run, long size) {
        return stored("run = ? and seq < ?", statement -> {
            statement.setObject(1, run);
            statement.setLong(2, size);
        });
    }

    private List<Stored> stored(String condition, Parameters parameters) {
        return query(
                "select seq, leaf, bytes from entries left join entry_payloads using (seq) where " + condition
                        + " order by seq",
                statement -> {
                    parameters.set(statement);
                    var found = new ArrayList<Stored>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            found.add(new Stored(rows.getLong(1), rows.getBytes(2), rows.getBytes(3)));
                        }
                    }
                    return found;
                });
    }
}
