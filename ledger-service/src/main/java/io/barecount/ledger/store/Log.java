package io.barecount.ledger.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import io.barecount.ledger.tree.TiledTree;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The log for reading, as C2SP tlog-tiles serves it. Nothing here is trusted by those who read it: they verify. */
@ApplicationScoped
public class Log {
    private static final Logger LOG = Logger.getLogger(Log.class);

    /** The checkpoint signed last. */
    public record Signed(long size, String note, Instant at) {}

    /** @param proof from the leaf upwards, to the root that the note names */
    public record Proven(long seq, byte[] leaf, byte[] leafHash, List<byte[]> proof, Signed checkpoint) {}

    /** What was signed last. Empty only as long as the ledger has never been able to start. */
    public Optional<Signed> newest() {
        return Appender.inTransaction(log -> Optional.ofNullable(log.lastSigned()));
    }

    /** What readers are served: the newest that enough witnesses cosigned; without witnesses the newest. */
    public Optional<Signed> signed() {
        return Appender.inTransaction(log -> Optional.ofNullable(served(log, 0)));
    }

    /** @param atLeast a tree that is smaller won't do */
    private static Signed served(LogTables log, long atLeast) {
        return CosignedCheckpoint.latest()
                .filter(cosigned -> cosigned.size() >= atLeast)
                .orElseGet(log::lastSigned);
    }

    /** What was signed when the log had this size; empty if nothing was. */
    public Optional<Signed> signedAt(long size) {
        return Appender.inTransaction(log -> CosignedCheckpoint.latest()
                .filter(cosigned -> cosigned.size() == size)
                .or(() -> Optional.ofNullable(log.signedAt(size))));
    }

    /** RFC 6962, section 2.1.2: what shows that the log of the newer size begins with that of the older. */
    public List<byte[]> consistency(long older, long newer) {
        return older == 0 ? List.of() : Appender.inTransaction(log -> new TiledTree(newer, log).consistency(older));
    }

    /** Empty if the tree has no such tile. */
    public Optional<byte[]> hashes(Tile tile) {
        return Appender.inTransaction(log -> Optional.of(log.hashes(tile)))
                .filter(hashes -> hashes.length >= tile.width() * MerkleTree.HASH_BYTES)
                .map(hashes -> Arrays.copyOf(hashes, tile.width() * MerkleTree.HASH_BYTES));
    }

    /**
     * The leaves under a tile of level 0, each after its length in two bytes. An entry that the database has lost is served with no
     * bytes at all, which no entry has, so that those after it keep their places and a reader can name it.
     *
     * @return empty if the tree has no such tile
     */
    public Optional<byte[]> bundle(Tile tile) {
        var first = tile.index() * Tile.HASHES_MAX;
        return Appender.inTransaction(log -> {
            if (log.head().size() < first + tile.width()) {
                return Optional.empty();
            }
            var bundle = new ByteArrayOutputStream(tile.width() * 2048);
            var next = first;
            for (var entry : EntryRow.leaves(first, tile.width())) {
                for (; next < entry.seq(); next++) {
                    lost(bundle, next);
                }
                append(bundle, entry.leaf());
                next++;
            }
            for (; next < first + tile.width(); next++) {
                lost(bundle, next);
            }
            return Optional.of(bundle.toByteArray());
        });
    }

    private static void lost(ByteArrayOutputStream bundle, long seq) {
        LOG.errorf("entry %d is missing in the database", seq);
        append(bundle, new byte[0]);
    }

    private static void append(ByteArrayOutputStream bundle, byte[] leaf) {
        bundle.write(leaf.length >> 8);
        bundle.write(leaf.length);
        bundle.writeBytes(leaf);
    }

    /** An entry with what shows an outsider that it is in the log; empty if there is none of this number. */
    public Optional<Proven> proven(long seq) {
        return Appender.inTransaction(log -> {
            var signed = served(log, seq + 1);
            var leaves = EntryRow.leaves(seq, 1);
            if (signed == null || leaves.isEmpty() || seq >= signed.size()) {
                return Optional.empty();
            }
            var leaf = leaves.get(0).leaf();
            var proof = new TiledTree(signed.size(), log).inclusion(seq);
            return Optional.of(new Proven(seq, leaf, MerkleTree.leafHash(leaf), proof, signed));
        });
    }

    /**
     * One of a run's entries.
     *
     * @param payload what the leaf names by its digest only; null if the leaf says it all, or it was erased
     */
    public record ProvenEntry(long seq, byte[] leaf, byte[] payload, List<byte[]> proof) {}

    /** All entries of a run that the checkpoint covers, in order; empty if there are none. */
    public record ProvenRun(List<ProvenEntry> entries, Signed checkpoint) {}

    /** A run's entries with what shows an outsider that they are in the log, all under one checkpoint. */
    public Optional<ProvenRun> proven(RunId run) {
        return Appender.inTransaction(log -> {
            var newest = log.lastSigned();
            var stored = newest == null ? List.<LogTables.Stored>of() : log.stored(run.value(), newest.size());
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            var signed = served(log, stored.get(stored.size() - 1).seq() + 1);
            var tree = new TiledTree(signed.size(), log);
            var entries = stored.stream()
                    .map(entry ->
                            new ProvenEntry(entry.seq(), entry.leaf(), entry.payload(), tree.inclusion(entry.seq())))
                    .toList();
            return Optional.of(new ProvenRun(entries, signed));
        });
    }
}
