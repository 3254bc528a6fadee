package io.barecount.ledger.tree;

import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arithmetic of a tree that is kept in tiles (C2SP tlog-tiles). Knows nothing of where they are kept. */
public final class TileTree {
    private static final int LEVEL_BITS = 8;

    private TileTree() {}

    /** A tile's place; how full it is follows from the tree's size. */
    public record Place(int level, long index) {}

    /** The hashes of a tile one after the other; as many as it has by now. */
    @FunctionalInterface
    public interface Tiles {
        byte[] read(Place place);
    }

    /** @param changed the tiles that are new or fuller than before, with all their hashes */
    public record Grown(long size, byte[] root, Map<Place, byte[]> changed) {}

    /** The tiles at the right edge of a tree of this size that are not full: what growing it reads. */
    public static List<Place> edge(long size) {
        var edge = new ArrayList<Place>();
        var hashes = size;
        for (var level = 0; hashes > 0; level++) {
            if (hashes % Tile.HASHES_MAX > 0) {
                edge.add(new Place(level, hashes / Tile.HASHES_MAX));
            }
            hashes /= Tile.HASHES_MAX;
        }
        return edge;
    }

    /** @param tiles of the tree before; only its {@link #edge} is read */
    public static Grown grow(long size, Tiles tiles, List<byte[]> leafHashes) {
        var changed = new LinkedHashMap<Place, byte[]>();
        var edge = new LinkedHashMap<Place, byte[]>();
        edge(size).forEach(place -> edge.put(place, tiles.read(place)));
        var added = leafHashes;
        var hashesBefore = size;
        for (var level = 0; !added.isEmpty(); level++) {
            var above = new ArrayList<byte[]>();
            var index = hashesBefore / Tile.HASHES_MAX;
            var width = (int) (hashesBefore % Tile.HASHES_MAX);
            var tile = Arrays.copyOf(
                    width == 0 ? new byte[0] : edge.get(new Place(level, index)),
                    Tile.HASHES_MAX * MerkleTree.HASH_BYTES);
            for (var hash : added) {
                System.arraycopy(hash, 0, tile, width * MerkleTree.HASH_BYTES, MerkleTree.HASH_BYTES);
                width++;
                if (width == Tile.HASHES_MAX) {
                    changed.put(new Place(level, index), tile);
                    above.add(fold(tile, 0, Tile.HASHES_MAX));
                    index++;
                    width = 0;
                    tile = new byte[Tile.HASHES_MAX * MerkleTree.HASH_BYTES];
                }
            }
            if (width > 0) {
                changed.put(new Place(level, index), Arrays.copyOf(tile, width * MerkleTree.HASH_BYTES));
            }
            added = above;
            hashesBefore /= Tile.HASHES_MAX;
        }
        var newSize = size + leafHashes.size();
        return new Grown(
                newSize,
                root(newSize, place -> changed.containsKey(place) ? changed.get(place) : edge.get(place)),
                changed);
    }

    /** @param tiles only the tree's {@link #edge} is read */
    public static byte[] root(long size, Tiles tiles) {
        if (size == 0) {
            return MerkleTree.emptyRoot();
        }
        byte[] root = null;
        for (var place : edge(size)) {
            var width = (int) ((size >> (LEVEL_BITS * place.level())) % Tile.HASHES_MAX);
            var tile = tiles.read(place);
            for (var bit = 0; bit < LEVEL_BITS; bit++) {
                if ((width >> bit & 1) == 1) {
                    var first = width >> (bit + 1) << (bit + 1);
                    var peak = fold(tile, first, 1 << bit);
                    root = root == null ? peak : MerkleTree.nodeHash(peak, root);
                }
            }
        }
        return root;
    }

    /** RFC 9162, section 2.1.3.1. */
    public static List<byte[]> inclusionProof(long index, long size, Tiles tiles) {
        var proof = new ArrayList<byte[]>();
        include(index, 0, size, tiles, proof);
        return proof;
    }

    private static void include(long index, long from, long to, Tiles tiles, List<byte[]> proof) {
        if (to - from == 1) {
            return;
        }
        var middle = from + split(to - from);
        if (index < middle) {
            include(index, from, middle, tiles, proof);
            proof.add(hashOf(middle, to, tiles));
        } else {
            include(index, middle, to, tiles, proof);
            proof.add(hashOf(from, middle, tiles));
        }
    }

    /** RFC 9162, section 2.1.4.1. */
    public static List<byte[]> consistencyProof(long first, long second, Tiles tiles) {
        var proof = new ArrayList<byte[]>();
        if (first > 0 && first < second) {
            consist(first, 0, second, true, tiles, proof);
        }
        return proof;
    }

    private static void consist(long first, long from, long to, boolean known, Tiles tiles, List<byte[]> proof) {
        if (first == to) {
            if (!known) {
                proof.add(hashOf(from, to, tiles));
            }
            return;
        }
        var middle = from + split(to - from);
        if (first <= middle) {
            consist(first, from, middle, known, tiles, proof);
            proof.add(hashOf(middle, to, tiles));
        } else {
            consist(first, middle, to, false, tiles, proof);
            proof.add(hashOf(from, middle, tiles));
        }
    }

    /** Of the entries from one index up to, not including, another. */
    private static byte[] hashOf(long from, long to, Tiles tiles) {
        var count = to - from;
        if (Long.bitCount(count) != 1) {
            var middle = from + split(count);
            return MerkleTree.nodeHash(hashOf(from, middle, tiles), hashOf(middle, to, tiles));
        }
        var height = Long.numberOfTrailingZeros(count);
        var level = height / LEVEL_BITS;
        var firstHash = from >> (LEVEL_BITS * level);
        var tile = tiles.read(new Place(level, firstHash / Tile.HASHES_MAX));
        return fold(tile, (int) (firstHash % Tile.HASHES_MAX), 1 << (height % LEVEL_BITS));
    }

    /** The largest power of two that is smaller. */
    private static long split(long count) {
        return Long.highestOneBit(count - 1);
    }

    /** The root over a power of two of a tile's hashes. */
    private static byte[] fold(byte[] tile, int first, int count) {
        if (count == 1) {
            return Arrays.copyOfRange(tile, first * MerkleTree.HASH_BYTES, (first + 1) * MerkleTree.HASH_BYTES);
        }
        var half = count / 2;
        return MerkleTree.nodeHash(fold(tile, first, half), fold(tile, first + half, half));
    }
}
