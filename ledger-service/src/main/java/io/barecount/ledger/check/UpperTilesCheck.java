package io.barecount.ledger.check;

import static io.barecount.contracts.proof.MerkleTree.HASH_BYTES;

import io.barecount.contracts.proof.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tiles above level 0 beside the roots of the tiles below them. */
public final class UpperTilesCheck {
    private UpperTilesCheck() {}

    /**
     * @param tile null if there is none
     * @param below roots of the 256 tiles below it, in order; null where one is missing
     */
    public static List<Finding> of(int level, long index, StoredTile tile, List<byte[]> below) {
        var path = new Tile(level, index, Tile.HASHES_MAX).path();
        if (tile == null) {
            return List.of(new Finding(Finding.Kind.TILE_MISSING, path, null, "all", "the row is gone"));
        }
        var findings = new ArrayList<Finding>();
        for (var i = 0; i < below.size(); i++) {
            var expected = below.get(i);
            if (expected != null
                    && !Arrays.equals(
                            tile.hashes(),
                            i * HASH_BYTES,
                            Math.min(tile.hashes().length, (i + 1) * HASH_BYTES),
                            expected,
                            0,
                            HASH_BYTES)) {
                var under = new Tile(level - 1, index * Tile.HASHES_MAX + i, Tile.HASHES_MAX).path();
                findings.add(new Finding(
                        Finding.Kind.TILE_CHANGED, path, null, "hash " + i, "it is not the root of " + under));
            }
        }
        if (!EntriesCheck.isWhole(tile)) {
            findings.add(new Finding(
                    Finding.Kind.TILE_CHANGED, path, null, "root", "the root is not that of the tile's hashes"));
        }
        return findings;
    }
}
