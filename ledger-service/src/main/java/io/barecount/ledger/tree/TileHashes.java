package io.barecount.ledger.tree;

import static io.barecount.contracts.proof.MerkleTree.HASH_BYTES;

import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import java.util.Arrays;

/** A tile with what it holds: as many hashes as it is wide, one after the other. */
public record TileHashes(Tile tile, byte[] hashes) {
    public TileHashes {
        if (hashes.length != tile.width() * HASH_BYTES) {
            throw new IllegalArgumentException(tile + " holds " + hashes.length + " bytes");
        }
    }

    public boolean isFull() {
        return tile.width() == Tile.HASHES_MAX;
    }

    /** What the level above holds of a full tile. */
    public byte[] root() {
        return subtree(hashes, 0, tile.width());
    }

    /** The root of the complete subtree over {@code count} hashes from {@code first} on; the count is a power of two. */
    static byte[] subtree(byte[] hashes, int first, int count) {
        if (count == 1) {
            return Arrays.copyOfRange(hashes, first * HASH_BYTES, (first + 1) * HASH_BYTES);
        }
        var half = count / 2;
        return MerkleTree.nodeHash(subtree(hashes, first, half), subtree(hashes, first + half, half));
    }
}
