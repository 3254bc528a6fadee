package io.barecount.ledger.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import io.barecount.ledger.check.Finding;
import io.barecount.ledger.check.StoredEntry;
import io.barecount.ledger.check.StoredTile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** The log's rows for checking, by other statements than those that write them; each statement is a transaction of its own. */
final class CheckTables implements AutoCloseable {
    private static final long CHECKER = 0x6c65646765720002L;

    private final Connection connection;
    private final PreparedStatement entries;
    private boolean locked;

    CheckTables(Connection connection) throws SQLException {
        this.connection = connection;
        this.entries = connection.prepareStatement(
                "select seq, topic, kafka_partition, kafka_offset, generation, type, run, event_time, leaf"
                        + " from entries where seq >= ? and seq < ?");
    }

    /** Whether nobody else checks this log at present; holds until this is closed. */
    boolean lock() throws SQLException {
        locked = one("select pg_try_advisory_lock(" + CHECKER + ")", rows -> rows.getBoolean(1));
        return locked;
    }

    @Override
    public void close() throws SQLException {
        try (connection;
                entries) {
            if (locked) {
                one("select pg_advisory_unlock(" + CHECKER + ")", rows -> rows.getBoolean(1));
            }
        }
    }

    private interface Row<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private <T> T one(String sql, Row<T> row, Object... parameters) throws SQLException {
        var found = all(sql, row, parameters);
        return found.isEmpty() ? null : found.get(0);
    }

    private <T> List<T> all(String sql, Row<T> row, Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            var found = new ArrayList<T>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(row.read(rows));
                }
            }
            return found;
        }
    }

    private void update(String sql, Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    long size() throws SQLException {
        return one("select coalesce(max(size), 0) from checkpoints", rows -> rows.getLong(1));
    }

    List<StoredEntry> entries(long from, long to) throws SQLException {
        var hashes = keptHashes(from, to);
        entries.setLong(1, from);
        entries.setLong(2, to);
        var found = new ArrayList<StoredEntry>((int) (to - from));
        try (var rows = entries.executeQuery()) {
            while (rows.next()) {
                found.add(new StoredEntry(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getInt(3),
                        rows.getLong(4),
                        rows.getInt(5),
                        rows.getString(6),
                        rows.getObject(7, UUID.class),
                        instant(rows, 8),
                        rows.getBytes(9),
                        hashes[(int) (rows.getLong(1) - from)]));
            }
        }
        return found;
    }

    /** Of entries in order, as the checkpoints have them that added them; null where none does. */
    private byte[][] keptHashes(long from, long to) throws SQLException {
        var hashes = new byte[(int) (to - from)][];
        all(
                "select size, added from checkpoints where size > ? and size <="
                        + " coalesce((select min(size) from checkpoints where size >= ?), 9223372036854775807)",
                rows -> {
                    var added = rows.getBytes(2);
                    var count = added.length / MerkleTree.HASH_BYTES;
                    for (var i = 0; i < count; i++) {
                        var at = rows.getLong(1) - count + i - from;
                        if (at >= 0 && at < hashes.length) {
                            hashes[(int) at] = Arrays.copyOfRange(
                                    added, i * MerkleTree.HASH_BYTES, (i + 1) * MerkleTree.HASH_BYTES);
                        }
                    }
                    return null;
                },
                from,
                to);
        return hashes;
    }

    private static Instant instant(ResultSet rows, int column) throws SQLException {
        var time = rows.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** Of level 0, by index. */
    Map<Long, StoredTile> tiles(long from, long to) throws SQLException {
        var tiles = new HashMap<Long, StoredTile>();
        for (var tile : all(
                "select level, tile_index, hashes, root from tiles where level = 0 and tile_index >= ? and tile_index < ?",
                CheckTables::tile,
                from,
                to)) {
            tiles.put(tile.index(), tile);
        }
        return tiles;
    }

    StoredTile tile(int level, long index) throws SQLException {
        return one(
                "select level, tile_index, hashes, root from tiles where level = ? and tile_index = ?",
                CheckTables::tile,
                level,
                index);
    }

    private static StoredTile tile(ResultSet rows) throws SQLException {
        return new StoredTile(rows.getInt(1), rows.getLong(2), rows.getBytes(3), rows.getBytes(4));
    }

    /** Of the tiles below a tile, in order; null where one is missing. */
    List<byte[]> roots(int level, long index) throws SQLException {
        var roots = new byte[Tile.HASHES_MAX][];
        var first = index * Tile.HASHES_MAX;
        all(
                "select tile_index, root from tiles where level = ? and tile_index >= ? and tile_index < ?",
                rows -> roots[(int) (rows.getLong(1) - first)] = rows.getBytes(2),
                level,
                first,
                first + Tile.HASHES_MAX);
        return Arrays.asList(roots);
    }

    /** Of the entries before this one, which begins a tile, as the tiles have them; null for each of a tile that is missing. */
    void forEachHash(long before, Consumer<byte[]> each) throws SQLException {
        for (var index = 0L; index < before / Tile.HASHES_MAX; index++) {
            var tile = tile(0, index);
            for (var i = 0; i < Tile.HASHES_MAX; i++) {
                each.accept(tile == null ? null : Arrays.copyOfRange(tile.hashes(), 32 * i, 32 * i + 32));
            }
        }
    }

    record SignedRow(long size, String note) {}

    List<SignedRow> checkpoints(long after, long upTo) throws SQLException {
        return all(
                "select size, note from checkpoints where size > ? and size <= ? order by size",
                rows -> new SignedRow(rows.getLong(1), rows.getString(2)),
                after,
                upTo);
    }

    /** Checkpoints are numbered as they are signed, and each adds what the one before had not. */
    List<Finding> sequenceFindings() throws SQLException {
        return all(
                "select size, sequence, number, before from (select size, sequence, length(added) / 32 as added,"
                        + " row_number() over (order by size) as number, lag(size, 1, 0::bigint) over (order by size) as before"
                        + " from checkpoints) numbered where sequence <> number or size - added <> before order by size limit 1000",
                rows -> new Finding(
                        Finding.Kind.CHECKPOINT_CHANGED,
                        "checkpoint " + rows.getLong(1),
                        null,
                        rows.getLong(2) == rows.getLong(3) ? "added" : "sequence",
                        "it is number " + rows.getLong(3) + " and goes on from " + rows.getLong(4)
                                + ", which is not what it says"));
    }

    /** A place is given to another record only after it was given to one. */
    List<Finding> generationFindings(List<StoredEntry> entries) throws SQLException {
        var findings = new ArrayList<Finding>();
        for (var entry : entries) {
            if (entry.generation() != 0 && !hasEarlier(entry)) {
                findings.add(new Finding(
                        Finding.Kind.ENTRY_CHANGED,
                        "entry " + entry.seq(),
                        entry.seq(),
                        "generation",
                        "no entry holds generation " + (entry.generation() - 1) + " of its place"));
            }
        }
        return findings;
    }

    private boolean hasEarlier(StoredEntry entry) throws SQLException {
        return one(
                        "select 1 from entries where topic = ? and kafka_partition = ? and kafka_offset = ? and generation = ?",
                        rows -> true,
                        entry.topic(),
                        entry.partition(),
                        entry.offset(),
                        entry.generation() - 1)
                != null;
    }

    /** Rows that the newest checkpoint does not cover: they are committed together with one that does. */
    List<Finding> foreign() throws SQLException {
        var findings = new ArrayList<>(all(
                "select seq from entries where seq >= (select coalesce(max(size), 0) from checkpoints) limit 1000",
                rows -> new Finding(
                        Finding.Kind.ENTRY_FOREIGN,
                        "entry " + rows.getLong(1),
                        rows.getLong(1),
                        "all",
                        "no checkpoint covers it")));
        findings.addAll(all(
                "select level, tile_index from tiles where level not between 0 and 7 or tile_index < 0 or (tile_index + 1)::numeric"
                        + " * 256 ^ (level + 1) > (select coalesce(max(size), 0) from checkpoints) limit 1000",
                rows -> new Finding(
                        Finding.Kind.TILE_FOREIGN,
                        "tile " + rows.getInt(1) + "/" + rows.getLong(2),
                        null,
                        "all",
                        "the log has no entries for it")));
        return findings;
    }

    /** What is kept beside a leaf that names it by its digest; it may be gone, but not be something else. */
    List<Finding> payloadFindings() throws SQLException {
        var wrong = new ArrayList<Finding>();
        var after = -1L;
        for (var more = true; more; ) {
            var payloads = all(
                    "select p.seq, p.bytes, e.leaf from entry_payloads p left join entries e using (seq) where p.seq > ?"
                            + " order by p.seq limit 64",
                    rows -> new Payload(rows.getLong(1), rows.getBytes(2), rows.getBytes(3)),
                    after);
            more = !payloads.isEmpty();
            for (var payload : payloads) {
                after = payload.seq();
                if (payload.leaf() == null || !payload.isNamed()) {
                    wrong.add(new Finding(
                            Finding.Kind.ENTRY_CHANGED,
                            "entry " + payload.seq(),
                            payload.seq(),
                            "payload",
                            "its digest is not the one in the leaf"));
                }
            }
        }
        return wrong;
    }

    private record Payload(long seq, byte[] bytes, byte[] leaf) {
        boolean isNamed() {
            return new String(leaf, UTF_8).contains(Digest.of(bytes).hex());
        }
    }

    /** @param next 0 if none is under way */
    record Progress(long next, Instant beganAt, Instant endedAt) {
        boolean isDue(Instant since) {
            return endedAt == null || endedAt.isBefore(since);
        }
    }

    Progress progress() throws SQLException {
        return one(
                "select next, began_at, ended_at from check_progress",
                rows -> new Progress(rows.getLong(1), instant(rows, 2), instant(rows, 3)));
    }

    void progress(long next, Instant beganAt) throws SQLException {
        update("update check_progress set next = ?, began_at = ?", next, Timestamp.from(beganAt));
    }

    void ended(Instant at, long entries) throws SQLException {
        update("update check_progress set next = 0, ended_at = ?, entries = ?", Timestamp.from(at), entries);
    }
}
