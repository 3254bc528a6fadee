package io.barecount.ledger.check;

import static io.barecount.contracts.proof.MerkleTree.HASH_BYTES;

import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import io.barecount.ledger.tree.TileHashes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Rows of entries beside the hashes that were kept of them, with checkpoints and in tiles of level 0. */
public final class EntriesCheck {
    private EntriesCheck() {}

    /**
     * @param hashes of the entries in order, each as most of what is kept of it says; null where nothing does
     * @param findings in order of the entries
     */
    public record Result(List<byte[]> hashes, List<Finding> findings) {}

    private record Checked(byte[] hash, List<Finding> findings) {}

    /**
     * Checks entries from one to before another, on all processors.
     *
     * @param from the first of a tile
     * @param tiles of level 0, by index; one that is not full has none
     */
    public static Result of(long from, long to, List<StoredEntry> rows, Map<Long, StoredTile> tiles) {
        var bySeq = rows.stream().collect(Collectors.toMap(StoredEntry::seq, Function.identity()));
        var checked = LongStream.range(from, to)
                .parallel()
                .mapToObj(seq -> check(seq, bySeq.get(seq), tiles.get(seq / Tile.HASHES_MAX)))
                .toList();
        var findings = new ArrayList<Finding>();
        checked.forEach(each -> findings.addAll(each.findings()));
        for (var first = from; first < to; first += Tile.HASHES_MAX) {
            var index = first / Tile.HASHES_MAX;
            if (first + Tile.HASHES_MAX <= to) {
                findings.addAll(tile(index, tiles.get(index)));
            }
        }
        return new Result(checked.stream().map(Checked::hash).collect(Collectors.toList()), findings);
    }

    private static List<Finding> tile(long index, StoredTile tile) {
        var path = new Tile(0, index, Tile.HASHES_MAX).path();
        if (tile == null) {
            return List.of(new Finding(Finding.Kind.TILE_MISSING, path, null, "all", "the row is gone"));
        }
        return isWhole(tile)
                ? List.of()
                : List.of(new Finding(
                        Finding.Kind.TILE_CHANGED, path, null, "root", "the root is not that of the tile's hashes"));
    }

    static boolean isWhole(StoredTile tile) {
        return tile.hashes().length == Tile.HASHES_MAX * HASH_BYTES
                && Arrays.equals(
                        new TileHashes(new Tile(tile.level(), tile.index(), Tile.HASHES_MAX), tile.hashes()).root(),
                        tile.root());
    }

    private static Checked check(long seq, StoredEntry row, StoredTile tile) {
        var ofTile = tile == null ? null : hash(tile, (int) (seq % Tile.HASHES_MAX));
        if (row == null) {
            return new Checked(ofTile, List.of(Finding.missing(seq)));
        }
        var ofLeaf = MerkleTree.leafHash(row.leaf());
        if (Arrays.equals(ofLeaf, row.keptHash())) {
            return ofTile == null || Arrays.equals(ofLeaf, ofTile)
                    ? new Checked(ofLeaf, row.columns())
                    : againstTile(seq, row, ofLeaf, ofTile, tile);
        }
        if (ofTile != null && Arrays.equals(ofLeaf, ofTile)) {
            return new Checked(
                    ofLeaf,
                    List.of(Finding.ofEntry(
                            seq, "added", "the checkpoint that added it has another hash than the leaf and the tile")));
        }
        return new Checked(
                row.keptHash(),
                List.of(Finding.ofEntry(
                        seq, "leaf", "its hash is not the one that its checkpoint added" + inTile(ofTile, row))));
    }

    private static String inTile(byte[] ofTile, StoredEntry row) {
        return ofTile == null
                ? ""
                : Arrays.equals(ofTile, row.keptHash()) ? ", which the tile holds" : " nor in the tile";
    }

    /** Leaf and kept hash agree, the tile has another one: whose fault it is the tile's root says. */
    private static Checked againstTile(long seq, StoredEntry row, byte[] ofLeaf, byte[] ofTile, StoredTile tile) {
        if (isWhole(tile)) {
            return new Checked(
                    ofTile,
                    List.of(Finding.ofEntry(
                            seq,
                            "leaf",
                            "it was replaced together with the hash that its checkpoint added; the tile has another")));
        }
        var changed = new Finding(
                Finding.Kind.TILE_CHANGED,
                new Tile(0, tile.index(), Tile.HASHES_MAX).path(),
                seq,
                "hash " + seq % Tile.HASHES_MAX,
                "it is not the hash of entry " + seq);
        return new Checked(ofLeaf, concat(changed, row.columns()));
    }

    private static List<Finding> concat(Finding first, List<Finding> rest) {
        var all = new ArrayList<Finding>();
        all.add(first);
        all.addAll(rest);
        return all;
    }

    private static byte[] hash(StoredTile tile, int at) {
        return tile.hashes().length < (at + 1) * HASH_BYTES
                ? null
                : Arrays.copyOfRange(tile.hashes(), at * HASH_BYTES, (at + 1) * HASH_BYTES);
    }
}
