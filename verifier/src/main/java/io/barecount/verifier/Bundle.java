package io.barecount.verifier;

import static io.barecount.verifier.Merkle.HASH_BYTES;
import static io.barecount.verifier.Tile.HASHES_MAX;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries under one tile of level 0, compared with the tile.
 *
 * @param leafHashes as computed from the entries; as many as the tile is wide, with zeros where an entry is missing
 */
record Bundle(Tile tile, byte[] leafHashes, byte[] tileHashes, Map<String, Long> byTopic, List<Finding> findings) {

    static Bundle read(LogSource log, Tile tile) throws IOException {
        var tileHashes = UpperTiles.tile(log, tile);
        var leaves = leaves(tile, log.read(tile.entriesPath()));
        var findings = new ArrayList<Finding>();
        var aligned = align(tile, leaves, tileHashes, findings);
        var leafHashes = new byte[tileHashes.length];
        var byTopic = new HashMap<String, Long>();
        for (var i = 0; i < tile.width(); i++) {
            var leaf = aligned.get(i);
            if (leaf == null) {
                continue;
            }
            System.arraycopy(Merkle.leafHash(leaf), 0, leafHashes, i * HASH_BYTES, HASH_BYTES);
            var place = EntryPlace.of(leaf);
            byTopic.merge(place == null ? "unknown" : place.topicName(), 1L, Long::sum);
        }
        compare(tile, aligned, leafHashes, tileHashes, findings);
        return new Bundle(tile, leafHashes, tileHashes, byTopic, findings);
    }

    boolean isFull() {
        return tile.width() == HASHES_MAX;
    }

    private static List<byte[]> leaves(Tile tile, byte[] bundle) throws IOException {
        var leaves = new ArrayList<byte[]>();
        for (var at = 0; at < bundle.length; ) {
            var length =
                    at + 1 < bundle.length ? (((bundle[at] & 0xff) << 8) | (bundle[at + 1] & 0xff)) : Integer.MAX_VALUE;
            if (length > bundle.length - at - 2) {
                throw new IOException(tile.entriesPath() + " ends within an entry: it is cut");
            }
            leaves.add(Arrays.copyOfRange(bundle, at + 2, at + 2 + length));
            at += 2 + length;
        }
        return leaves;
    }

    /**
     * Gives each entry its place in the tile. Where there are fewer or more entries than hashes, those that still have their hash show
     * which ones are missing or were put in between.
     */
    private static List<byte[]> align(Tile tile, List<byte[]> leaves, byte[] tileHashes, List<Finding> findings) {
        if (leaves.size() == tile.width()) {
            return leaves;
        }
        findings.add(Finding.ofLog(
                tile.entriesPath() + " holds " + leaves.size() + " entries, the tree has " + tile.width() + " here"));
        var placeOf = new HashMap<String, Integer>();
        for (var i = 0; i < tile.width(); i++) {
            placeOf.putIfAbsent(Hashes.hex(Hashes.at(tileHashes, i)), i);
        }
        var aligned = new ArrayList<>(Collections.<byte[]>nCopies(tile.width(), null));
        var strays = new ArrayList<byte[]>();
        for (var leaf : leaves) {
            var place = placeOf.get(Hashes.hex(Merkle.leafHash(leaf)));
            if (place == null) {
                strays.add(leaf);
            } else {
                aligned.set(place, leaf);
            }
        }
        for (var stray : strays) {
            var place = EntryPlace.of(stray);
            findings.add(
                    Finding.ofLog("an entry" + (place == null ? "" : " (" + place.topic() + "@" + place.offset() + ")")
                            + " among " + first(tile) + " to " + (first(tile) + tile.width() - 1)
                            + " has a hash that the log does not hold there: it was changed or put in"));
        }
        return aligned;
    }

    private static void compare(
            Tile tile, List<byte[]> leaves, byte[] leafHashes, byte[] tileHashes, List<Finding> findings) {
        if (Arrays.equals(leafHashes, tileHashes)) {
            return;
        }
        var placeOf = new HashMap<String, Long>();
        for (var i = 0; i < tile.width(); i++) {
            placeOf.put(Hashes.hex(Hashes.at(tileHashes, i)), first(tile) + i);
        }
        for (var i = 0; i < tile.width(); i++) {
            var leaf = leaves.get(i);
            var found = Hashes.hex(Hashes.at(leafHashes, i));
            var held = Hashes.hex(Hashes.at(tileHashes, i));
            if (found.equals(held)) {
                continue;
            }
            var seq = first(tile) + i;
            if (leaf == null || leaf.length == 0) {
                findings.add(Finding.ofEntry(
                        seq, null, null, "was removed: nothing is in its place, the log holds its hash " + held));
            } else if (placeOf.containsKey(found)) {
                findings.add(Finding.ofEntry(
                        seq,
                        EntryPlace.of(leaf),
                        null,
                        "is not in its place: these bytes were entry " + placeOf.get(found) + "; its hash is " + found
                                + ", the log holds " + held + " here"));
            } else {
                findings.add(Finding.ofEntry(
                        seq,
                        EntryPlace.of(leaf),
                        null,
                        "was changed: its hash is " + found + ", the log holds " + held));
            }
        }
    }

    private static long first(Tile tile) {
        return tile.index() * HASHES_MAX;
    }
}
