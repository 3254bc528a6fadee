package io.barecount.verifier;

import static io.barecount.verifier.Merkle.HASH_BYTES;
import static io.barecount.verifier.Tile.HASHES_MAX;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * The tiles above level 0, all of them: an eight-thousandth of the entries' hashes.
 *
 * @param ofFullTiles what level 1 holds: the root of each full tile of level 0, in order
 * @param edge the hashes of the tile of level 0 at the right edge if it is not full; else empty
 */
record UpperTiles(byte[] ofFullTiles, byte[] edge) {

    /** Reads and checks them against each other; what does not fit is added to the findings. */
    static UpperTiles read(LogSource log, long size, Findings findings) throws IOException {
        var below = new byte[0];
        var first = new byte[0];
        var hashes = size / HASHES_MAX;
        for (var level = 1; hashes > 0; level++) {
            var read = level(log, level, hashes);
            if (level == 1) {
                first = read;
            } else {
                compare(level, below, read, findings);
            }
            below = read;
            hashes /= HASHES_MAX;
        }
        var width = (int) (size % HASHES_MAX);
        return new UpperTiles(first, width == 0 ? new byte[0] : tile(log, new Tile(0, size / HASHES_MAX, width)));
    }

    private static byte[] level(LogSource log, int level, long hashes) throws IOException {
        var all = new ByteArrayOutputStream();
        for (var from = 0L; from < hashes; from += HASHES_MAX) {
            all.writeBytes(tile(log, new Tile(level, from / HASHES_MAX, (int) Math.min(HASHES_MAX, hashes - from))));
        }
        return all.toByteArray();
    }

    static byte[] tile(LogSource log, Tile tile) throws IOException {
        var hashes = log.read(tile.path());
        if (hashes.length != tile.width() * HASH_BYTES) {
            throw new IOException(tile.path() + " has " + hashes.length + " bytes instead of "
                    + tile.width() * HASH_BYTES + ": it is cut or lengthened");
        }
        return hashes;
    }

    private static void compare(int level, byte[] below, byte[] hashes, Findings findings) {
        for (var i = 0; i < Hashes.count(hashes); i++) {
            var under = Arrays.copyOfRange(below, i * HASHES_MAX * HASH_BYTES, (i + 1) * HASHES_MAX * HASH_BYTES);
            if (!Arrays.equals(Hashes.root(under), Hashes.at(hashes, i))) {
                findings.ofLog("hash " + i + " of tile level " + level + " is not the root of the tile "
                        + new Tile(level - 1, i, HASHES_MAX).path() + " below it: one of the two was changed");
            }
        }
    }

    /** The root that these tiles stand for. */
    byte[] root() {
        return Hashes.root(ofFullTiles, edge);
    }
}
