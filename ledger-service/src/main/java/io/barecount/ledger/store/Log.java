package io.barecount.ledger.store;

import io.barecount.ledger.entry.Leaf;
import io.barecount.ledger.tree.TileTree;
import io.barecount.ledger.tree.TileTree.Place;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hibernate.Session;

/** The log's tables: entries, tiles, head, checkpoints. In batches, by plain SQL; inside the caller's transaction. */
@ApplicationScoped
public class Log {
    private final EntityManager entities;

    Log(EntityManager entities) {
        this.entities = entities;
    }

    /** A tree's size and root. */
    public record Head(long size, byte[] root) {}

    /** @param seq its index in the tree */
    public record Entry(long seq, String topic, int partition, long offset, String run, byte[] leaf) {}

    /** A statement on this transaction's connection. */
    private interface Sql<T> {
        T run(Connection connection) throws SQLException;
    }

    private <T> T sql(Sql<T> work) {
        return entities.unwrap(Session.class).doReturningWork(work::run);
    }

    /** Locks it until the transaction ends: one appender at a time, over all instances. */
    Head lockHead() {
        return sql(connection -> {
            try (var select = connection.prepareStatement("select size, root from head for update");
                    var rows = select.executeQuery()) {
                return rows.next() ? new Head(rows.getLong(1), rows.getBytes(2)) : null;
            }
        });
    }

    public Head head() {
        return sql(connection -> {
            try (var select = connection.prepareStatement("select size, root from head");
                    var rows = select.executeQuery()) {
                rows.next();
                return new Head(rows.getLong(1), rows.getBytes(2));
            }
        });
    }

    /** Of these identities, those that have an entry. */
    Set<String> known(Collection<String> identities) {
        return sql(connection -> {
            try (var select = connection.prepareStatement("select identity from entries where identity = any (?)")) {
                select.setArray(1, connection.createArrayOf("text", identities.toArray()));
                var known = new HashSet<String>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        known.add(rows.getString(1));
                    }
                }
                return known;
            }
        });
    }

    void append(long size, List<Leaf.Source> records, List<Leaf> leaves) {
        sql(connection -> {
            try (var insert = connection.prepareStatement(
                            "insert into entries (seq, identity, topic, kafka_partition, kafka_offset, run, leaf) values (?, ?, ?, ?, ?, ?, ?)");
                    var beside = connection.prepareStatement("insert into payloads (seq, payload) values (?, ?)")) {
                for (var i = 0; i < leaves.size(); i++) {
                    var record = records.get(i);
                    var leaf = leaves.get(i);
                    insert.setLong(1, size + i);
                    insert.setString(2, leaf.identity());
                    insert.setString(3, record.topic());
                    insert.setInt(4, record.partition());
                    insert.setLong(5, record.offset());
                    insert.setString(6, leaf.run());
                    insert.setBytes(7, leaf.bytes());
                    insert.addBatch();
                    if (leaf.beside() != null) {
                        beside.setLong(1, size + i);
                        beside.setBytes(2, leaf.beside());
                        beside.addBatch();
                    }
                }
                insert.executeBatch();
                beside.executeBatch();
            }
            return null;
        });
    }

    void store(TileTree.Grown grown) {
        sql(connection -> {
            try (var upsert =
                    connection.prepareStatement("insert into tiles (level, tile_index, hashes) values (?, ?, ?)"
                            + " on conflict (level, tile_index) do update set hashes = excluded.hashes")) {
                for (Map.Entry<Place, byte[]> tile : grown.changed().entrySet()) {
                    upsert.setInt(1, tile.getKey().level());
                    upsert.setLong(2, tile.getKey().index());
                    upsert.setBytes(3, tile.getValue());
                    upsert.addBatch();
                }
                upsert.executeBatch();
            }
            try (var update = connection.prepareStatement("update head set size = ?, root = ?")) {
                update.setLong(1, grown.size());
                update.setBytes(2, grown.root());
                update.executeUpdate();
            }
            return null;
        });
    }

    void storeCheckpoint(long size, String note) {
        sql(connection -> {
            try (var insert = connection.prepareStatement("insert into checkpoints (size, note) values (?, ?)")) {
                insert.setLong(1, size);
                insert.setString(2, note);
                insert.executeUpdate();
            }
            return null;
        });
    }

    public Optional<String> lastCheckpoint() {
        return sql(connection -> {
            try (var select = connection.prepareStatement("select note from checkpoints order by size desc limit 1");
                    var rows = select.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        });
    }

    /** The hashes that a tile has by now; null if there is no such tile. */
    public byte[] tile(Place place) {
        return sql(connection -> {
            try (var select =
                    connection.prepareStatement("select hashes from tiles where level = ? and tile_index = ?")) {
                select.setInt(1, place.level());
                select.setLong(2, place.index());
                try (var rows = select.executeQuery()) {
                    return rows.next() ? rows.getBytes(1) : null;
                }
            }
        });
    }

    /** Leaves from an index on, without gaps, at most so many. */
    public List<byte[]> leaves(long from, int most) {
        return sql(connection -> {
            try (var select =
                    connection.prepareStatement("select leaf from entries where seq >= ? and seq < ? order by seq")) {
                select.setLong(1, from);
                select.setLong(2, from + most);
                var leaves = new ArrayList<byte[]>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        leaves.add(rows.getBytes(1));
                    }
                }
                return leaves;
            }
        });
    }

    public Optional<Entry> entry(long seq) {
        return sql(connection -> {
            try (var select = connection.prepareStatement(
                    "select seq, topic, kafka_partition, kafka_offset, run, leaf from entries where seq = ?")) {
                select.setLong(1, seq);
                return read(select.executeQuery()).stream().findFirst();
            }
        });
    }

    public List<Entry> entriesOf(String run, int most) {
        return sql(connection -> {
            try (var select = connection.prepareStatement(
                    "select seq, topic, kafka_partition, kafka_offset, run, leaf from entries where run = ? order by seq limit ?")) {
                select.setString(1, run);
                select.setInt(2, most);
                return read(select.executeQuery());
            }
        });
    }

    private static List<Entry> read(ResultSet rows) throws SQLException {
        var entries = new ArrayList<Entry>();
        try (rows) {
            while (rows.next()) {
                entries.add(new Entry(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getInt(3),
                        rows.getLong(4),
                        rows.getString(5),
                        rows.getBytes(6)));
            }
        }
        return entries;
    }
}
