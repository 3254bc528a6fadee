package io.barecount.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.Tile;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Checks a whole log as an outsider would: nothing is believed but the public key and the origin, which the caller brings along.
 *
 * <p>Every entry is hashed and compared with the log's own tile, so that a changed one can be named; every tile with the one above it; and
 * the root over all entries with the signed checkpoint. An older checkpoint that the caller kept must be of the same log.
 */
public final class LedgerVerifier {
    private static final int FINDINGS_MAX = 100;

    private final LogReader log;
    private final String origin;
    private final VerifyingKey key;
    private final List<Finding> findings = new ArrayList<>();

    /** @param url the log's prefix, such as {@code http://127.0.0.1:8080/ledger} */
    public LedgerVerifier(String url, String origin, VerifyingKey key) {
        this.log = new LogReader(url);
        this.origin = origin;
        this.key = key;
    }

    /**
     * The log's present checkpoint.
     *
     * @throws NotProven if it is not signed by the key
     */
    public String note() throws IOException, InterruptedException {
        return log.checkpoint();
    }

    /**
     * @param note the checkpoint to check against
     * @param older one that was kept from before; null if there is none
     */
    public Verdict verify(String note, Checkpoint older) throws IOException, InterruptedException {
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.verify(note, origin, key);
        } catch (NotProven e) {
            return new Verdict(0, "", 0, List.of(new Finding(null, null, null, e.getMessage())));
        }
        if (older != null && older.size() > checkpoint.size()) {
            find("the log has " + checkpoint.size() + " entries; it had " + older.size()
                    + " when it was verified before: it was rolled back or cut short");
        }
        var verified = checkEntries(checkpoint, older);
        checkTiles(checkpoint.size());
        return new Verdict(
                checkpoint.size(), Base64.getEncoder().encodeToString(checkpoint.root()), verified, List.copyOf(findings));
    }

    private long checkEntries(Checkpoint checkpoint, Checkpoint older) throws IOException, InterruptedException {
        var tree = new MerkleTree.RootBuilder();
        var verified = 0L;
        for (var tile : Tile.ofTree(checkpoint.size())) {
            if (tile.level() > 0) {
                break;
            }
            try {
                var expected = log.hashes(tile);
                var entries = log.entries(tile);
                for (var i = 0; i < entries.size(); i++) {
                    var index = tile.index() * Tile.HASHES_MAX + i;
                    var hash = MerkleTree.leafHash(entries.get(i));
                    if (Arrays.equals(hash, expected.get(i))) {
                        verified++;
                    } else {
                        changed(index, entries.get(i));
                    }
                    tree.add(hash);
                    compare(tree, older);
                }
            } catch (NotProven e) {
                var first = tile.index() * Tile.HASHES_MAX;
                find(first, "entries " + first + " to " + (first + tile.width() - 1) + " can't be read: " + e.getMessage());
                return verified;
            }
        }
        if (!Arrays.equals(tree.root(), checkpoint.root())) {
            find("the root over all entries is not the one that the checkpoint was signed for");
        }
        return verified;
    }

    private void compare(MerkleTree.RootBuilder tree, Checkpoint older) {
        if (older != null && older.size() == tree.size() && !Arrays.equals(tree.root(), older.root())) {
            find("the first " + older.size() + " entries are not those that were verified before: the log was rewritten");
        }
    }

    /** Each hash of a tile above is the root over a full tile below. */
    private void checkTiles(long size) throws IOException, InterruptedException {
        for (var tile : Tile.ofTree(size)) {
            if (tile.level() == 0 || findings.size() >= FINDINGS_MAX) {
                continue;
            }
            try {
                var hashes = log.hashes(tile);
                for (var i = 0; i < hashes.size(); i++) {
                    var below = new Tile(tile.level() - 1, tile.index() * Tile.HASHES_MAX + i, Tile.HASHES_MAX);
                    var tree = new MerkleTree.RootBuilder();
                    log.hashes(below).forEach(tree::add);
                    if (!Arrays.equals(tree.root(), hashes.get(i))) {
                        find(below.path() + " does not hash to what " + tile.path() + " holds for it");
                    }
                }
            } catch (NotProven e) {
                find(e.getMessage());
            }
        }
    }

    private void changed(long index, byte[] entry) {
        find(index, entry, "entry " + index + " was changed: it does not have the hash that the log committed itself to");
    }

    private void find(String problem) {
        find(null, new byte[0], problem);
    }

    private void find(long index, String problem) {
        find(index, new byte[0], problem);
    }

    private void find(Long index, byte[] entry, String problem) {
        if (findings.size() >= FINDINGS_MAX) {
            return;
        }
        String topic = null;
        String place = null;
        try {
            var leaf = Json.read(entry, JsonNode.class);
            topic = leaf.path("topic").asText(null);
            place = leaf.path("partition").asText() + "@" + leaf.path("offset").asText();
        } catch (IllegalArgumentException unreadable) {
            // The finding stands without it.
        }
        findings.add(new Finding(index, topic, place, problem));
    }
}
