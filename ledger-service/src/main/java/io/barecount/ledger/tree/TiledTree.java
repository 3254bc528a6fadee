package io.barecount.ledger.tree;

import static io.barecount.contracts.proof.MerkleTree.HASH_BYTES;
import static io.barecount.contracts.proof.Tile.HASHES_MAX;

import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Merkle tree (RFC 6962, section 2) of one size, over hashes that lie in tiles (C2SP tlog-tiles). Reads only the tiles that an
 * answer needs, each once, and never an entry. Not for several threads.
 *
 * <p>A hash of tile level L is the root of a complete subtree of height 8L; the heights between two levels are computed from the tile
 * below them.
 */
public final class TiledTree {
    private static final int HEIGHTS_PER_TILE = 8;
    private final long size;
    private final TileSource source;
    private final Map<Position, byte[]> read = new HashMap<>();

    private record Position(int level, long index) {
        static Position of(Tile tile) {
            return new Position(tile.level(), tile.index());
        }
    }

    /** @param source of a tree that is at least as large, and holds this one as its beginning */
    public TiledTree(long size, TileSource source) {
        if (size < 0) {
            throw new IllegalArgumentException("a tree has no negative size: " + size);
        }
        this.size = size;
        this.source = source;
    }

    public long size() {
        return size;
    }

    public byte[] root() {
        return rangeHash(0, size);
    }

    /** The tree as it was when it had {@code earlier} entries. */
    public TiledTree at(long earlier) {
        if (earlier > size) {
            throw new IllegalArgumentException("the tree has " + size + " entries and never had " + earlier);
        }
        return new TiledTree(earlier, source);
    }

    /** RFC 6962, section 2.1.1: what shows that the entry of this index is in this tree, from the leaf upwards. */
    public List<byte[]> inclusion(long index) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("entry " + index + " is not in a tree of " + size);
        }
        var path = new ArrayList<byte[]>();
        addInclusion(path, index, 0, size);
        return path;
    }

    private void addInclusion(List<byte[]> path, long index, long from, long to) {
        if (to - from == 1) {
            return;
        }
        var middle = from + split(to - from);
        if (index < middle) {
            addInclusion(path, index, from, middle);
            path.add(rangeHash(middle, to));
        } else {
            addInclusion(path, index, middle, to);
            path.add(rangeHash(from, middle));
        }
    }

    /** RFC 6962, section 2.1.2: what shows that the tree of the first {@code earlier} entries is the beginning of this one. */
    public List<byte[]> consistency(long earlier) {
        if (earlier < 0 || earlier > size) {
            throw new IllegalArgumentException("a tree of " + size + " does not begin with one of " + earlier);
        }
        var path = new ArrayList<byte[]>();
        if (earlier > 0 && earlier < size) {
            addConsistency(path, earlier, 0, size, true);
        }
        return path;
    }

    private void addConsistency(List<byte[]> path, long earlier, long from, long to, boolean known) {
        if (earlier == to - from) {
            if (!known) {
                path.add(rangeHash(from, to));
            }
            return;
        }
        var left = split(to - from);
        if (earlier <= left) {
            addConsistency(path, earlier, from, from + left, known);
            path.add(rangeHash(from + left, to));
        } else {
            addConsistency(path, earlier - left, from + left, to, false);
            path.add(rangeHash(from, from + left));
        }
    }

    /** Appends leaf hashes; this tree stays as it is. */
    public Growth append(List<byte[]> leafHashes) {
        var changed = new ArrayList<TileHashes>();
        var added = leafHashes;
        var before = size;
        for (var level = 0; !added.isEmpty(); level++) {
            added = appendToLevel(level, before, added, changed);
            before /= HASHES_MAX;
        }
        var grown = new HashMap<Position, byte[]>();
        changed.forEach(tile -> grown.put(Position.of(tile.tile()), tile.hashes()));
        var overlaid = new TiledTree(size + leafHashes.size(), tile -> {
            var hashes = grown.get(Position.of(tile));
            return hashes == null ? hashes(tile) : hashes;
        });
        return new Growth(overlaid, changed);
    }

    /** Returns the hashes that the tiles completed here add to the level above. */
    private List<byte[]> appendToLevel(int level, long before, List<byte[]> added, List<TileHashes> changed) {
        var completed = new ArrayList<byte[]>();
        var index = before / HASHES_MAX;
        var width = (int) (before % HASHES_MAX);
        var open = width == 0 ? new byte[0] : hashes(new Tile(level, index, width));
        for (var next = 0; next < added.size(); ) {
            var taken = Math.min(HASHES_MAX - width, added.size() - next);
            var hashes = Arrays.copyOf(open, (width + taken) * HASH_BYTES);
            for (var i = 0; i < taken; i++) {
                System.arraycopy(added.get(next + i), 0, hashes, (width + i) * HASH_BYTES, HASH_BYTES);
            }
            next += taken;
            width += taken;
            changed.add(new TileHashes(new Tile(level, index, width), hashes));
            if (width == HASHES_MAX) {
                completed.add(TileHashes.subtree(hashes, 0, HASHES_MAX));
                index++;
                width = 0;
                open = new byte[0];
            }
        }
        return completed;
    }

    /** The root over the entries of a range that begins at a multiple of the largest power of two in its length, as all here do. */
    private byte[] rangeHash(long from, long to) {
        if (from == to) {
            return MerkleTree.emptyRoot();
        }
        var length = to - from;
        if (Long.bitCount(length) == 1) {
            var height = Long.numberOfTrailingZeros(length);
            return node(height, from >> height);
        }
        var middle = from + split(length);
        return MerkleTree.nodeHash(rangeHash(from, middle), rangeHash(middle, to));
    }

    private byte[] node(int height, long index) {
        var level = height / HEIGHTS_PER_TILE;
        var count = 1 << (height % HEIGHTS_PER_TILE);
        var first = index * count;
        var hashesOfLevel = size >> (level * HEIGHTS_PER_TILE);
        var tile = first / HASHES_MAX;
        var width = (int) Math.min(HASHES_MAX, hashesOfLevel - tile * HASHES_MAX);
        return TileHashes.subtree(hashes(new Tile(level, tile, width)), (int) (first % HASHES_MAX), count);
    }

    private byte[] hashes(Tile tile) {
        var hashes = read.computeIfAbsent(Position.of(tile), position -> source.hashes(tile));
        if (hashes.length < tile.width() * HASH_BYTES) {
            throw new MissingTile(tile, hashes.length / HASH_BYTES);
        }
        return hashes;
    }

    /** The largest power of two below n. */
    private static long split(long n) {
        return Long.highestOneBit(n - 1);
    }
}
