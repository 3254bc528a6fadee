package io.barecount.ledger.store;

import io.barecount.contracts.proof.Tile;
import io.barecount.ledger.entry.Entry;
import io.barecount.ledger.tree.TileHashes;
import io.barecount.ledger.tree.TileSource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The log's tables, whole batches at a time, within the transaction of the connection. */
final class LogTables implements TileSource {
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

    private <T> T query(String sql, Work<T> work) {
        try (var statement = connection.prepareStatement(sql)) {
            return work.with(statement);
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger's database: " + e.getMessage(), e);
        }
    }

    /** Waits for whoever appends at present; until the transaction ends, nobody else does. */
    Head lockHead() {
        return head(" for update of head");
    }

    Head head() {
        return head("");
    }

    private Head head(String lock) {
        return query("select size, root, signed, (select applied from audit_progress) from head" + lock, statement -> {
            try (var rows = statement.executeQuery()) {
                rows.next();
                return new Head(rows.getLong(1), rows.getBytes(2), rows.getLong(3), rows.getLong(4));
            }
        });
    }

    @Override
    public byte[] hashes(Tile tile) {
        return query("select hashes from tiles where level = ? and tile_index = ?", statement -> {
            statement.setInt(1, tile.level());
            statement.setLong(2, tile.index());
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getBytes(1) : new byte[0];
            }
        });
    }

    /**
     * What the log already holds of a batch.
     *
     * @param facts hexadecimal
     */
    record Known(Map<Place, Last> places, Set<String> facts) {}

    record Place(String topic, int partition, long offset) {
        static Place of(Entry entry) {
            var arrival = entry.arrival();
            return new Place(arrival.topic(), arrival.partition(), arrival.offset());
        }
    }

    /** The entry that a place led to last. */
    record Last(int generation, byte[] leaf) {}

    Known known(List<Entry> batch) {
        var places = query(
                "select e.topic, e.kafka_partition, e.kafka_offset, e.generation, e.leaf from entries e"
                        + " join unnest(?::text[], ?::integer[], ?::bigint[]) as p(topic, kafka_partition, kafka_offset)"
                        + " using (topic, kafka_partition, kafka_offset) order by e.generation",
                statement -> {
                    statement.setArray(
                            1, array("text", batch, entry -> entry.arrival().topic()));
                    statement.setArray(
                            2, array("integer", batch, entry -> entry.arrival().partition()));
                    statement.setArray(
                            3, array("bigint", batch, entry -> entry.arrival().offset()));
                    var found = new HashMap<Place, Last>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            found.put(
                                    new Place(rows.getString(1), rows.getInt(2), rows.getLong(3)),
                                    new Last(rows.getInt(4), rows.getBytes(5)));
                        }
                    }
                    return found;
                });
        var facts = query("select encode(fact, 'hex') from entries where fact = any (?)", statement -> {
            var withFact = batch.stream().filter(entry -> entry.fact() != null).toList();
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bytea", withFact.stream().map(Entry::fact).toArray(byte[][]::new)));
            var found = new HashSet<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        });
        return new Known(places, facts);
    }

    private interface Column {
        Object of(Entry entry);
    }

    private Array array(String type, List<Entry> batch, Column column) throws SQLException {
        return connection.createArrayOf(type, batch.stream().map(column::of).toArray());
    }

    /** An entry with its place in the log. */
    record Placed(long seq, int generation, Entry entry) {}

    void insert(List<Placed> entries) {
        query(
                "insert into entries (seq, topic, kafka_partition, kafka_offset, generation, event_id, type, run, event_time,"
                        + " leaf, fact) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                statement -> {
                    for (var placed : entries) {
                        var entry = placed.entry();
                        statement.setLong(1, placed.seq());
                        statement.setString(2, entry.arrival().topic());
                        statement.setInt(3, entry.arrival().partition());
                        statement.setLong(4, entry.arrival().offset());
                        statement.setInt(5, placed.generation());
                        statement.setString(6, entry.id());
                        statement.setString(7, entry.type());
                        statement.setObject(
                                8, entry.run() == null ? null : entry.run().value(), Types.OTHER);
                        statement.setTimestamp(9, Timestamp.from(entry.time()));
                        statement.setBytes(10, entry.leaf().bytes());
                        statement.setBytes(11, entry.fact());
                        statement.addBatch();
                    }
                    return statement.executeBatch();
                });
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

    void replace(List<TileHashes> tiles) {
        query(
                "insert into tiles (level, tile_index, width, hashes) values (?, ?, ?, ?)"
                        + " on conflict (level, tile_index) do update set width = excluded.width, hashes = excluded.hashes",
                statement -> {
                    for (var tile : tiles) {
                        statement.setInt(1, tile.tile().level());
                        statement.setLong(2, tile.tile().index());
                        statement.setInt(3, tile.tile().width());
                        statement.setBytes(4, tile.hashes());
                        statement.addBatch();
                    }
                    return statement.executeBatch();
                });
    }

    /** The head's new size and root, and the note that says so. */
    void commitTo(long size, byte[] root, String note, Instant now) {
        query("update head set size = ?, root = ?, signed = signed + 1", statement -> {
            statement.setLong(1, size);
            statement.setBytes(2, root);
            return statement.executeUpdate();
        });
        query("insert into checkpoints (size, note, signed_at) values (?, ?, ?)", statement -> {
            statement.setLong(1, size);
            statement.setString(2, note);
            statement.setTimestamp(3, Timestamp.from(now));
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
