package io.barecount.verifier;

/**
 * A tile of a log, by C2SP tlog-tiles.
 *
 * @param width how many hashes of it are meant, 1 to 256
 */
record Tile(int level, long index, int width) {
    static final int HASHES_MAX = 256;

    /** The part of a tile that a tree with so many hashes at its level has. */
    static Tile of(int level, long index, long hashes) {
        return new Tile(level, index, (int) Math.min(HASHES_MAX, hashes - index * HASHES_MAX));
    }

    String path() {
        return "tile/" + level + "/" + position();
    }

    String entriesPath() {
        return "tile/entries/" + position();
    }

    /** In groups of three digits, all but the last marked with an x. */
    private String position() {
        var digits = Long.toString(index);
        digits = "0".repeat((3 - digits.length() % 3) % 3) + digits;
        var groups = digits.replaceAll("(\\d{3})(?=\\d)", "x$1/");
        return width == HASHES_MAX ? groups : groups + ".p/" + width;
    }
}
