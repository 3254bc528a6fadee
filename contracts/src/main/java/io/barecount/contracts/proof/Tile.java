package io.barecount.contracts.proof;

import java.util.ArrayList;
import java.util.List;

/**
 * A tile of a log, as C2SP tlog-tiles names and counts them: up to 256 consecutive hashes of one height. A hash of level L is the root
 * of a complete subtree of 256<sup>L</sup> entries.
 *
 * @param width how many hashes it holds, 1 to 256; less than 256 only at the right edge of the tree
 */
public record Tile(int level, long index, int width) {
    public static final int HASHES_MAX = 256;

    public Tile {
        if (level < 0 || level > 7 || index < 0 || width < 1 || width > HASHES_MAX) {
            throw new IllegalArgumentException(
                    "no such tile: level " + level + ", index " + index + ", width " + width);
        }
    }

    /** All tiles of a tree of this size, lowest level first, left to right. */
    public static List<Tile> ofTree(long size) {
        var tiles = new ArrayList<Tile>();
        var hashes = size;
        for (var level = 0; hashes > 0; level++) {
            for (var first = 0L; first < hashes; first += HASHES_MAX) {
                tiles.add(new Tile(level, first / HASHES_MAX, (int) Math.min(HASHES_MAX, hashes - first)));
            }
            hashes /= HASHES_MAX;
        }
        return tiles;
    }

    /** Below the log's prefix: {@code tile/0/x001/x234/067}, with {@code .p/8} for a partial one. */
    public String path() {
        return "tile/" + level + "/" + position();
    }

    /** Below the log's prefix: where the entries that a tile of level 0 was made from lie. */
    public String entriesPath() {
        return "tile/entries/" + position();
    }

    private String position() {
        var digits = new StringBuilder("%03d".formatted(index % 1000));
        for (var rest = index / 1000; rest > 0; rest /= 1000) {
            digits.insert(0, "x%03d/".formatted(rest % 1000));
        }
        return width == HASHES_MAX ? digits.toString() : digits + ".p/" + width;
    }
}
