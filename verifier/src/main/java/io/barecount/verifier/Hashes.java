package io.barecount.verifier;

import static io.barecount.verifier.Merkle.HASH_BYTES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;

/** Arithmetic on hashes that lie one after the other, as tiles hold them. */
final class Hashes {
    private Hashes() {}

    static byte[] at(byte[] hashes, int index) {
        return Arrays.copyOfRange(hashes, index * HASH_BYTES, (index + 1) * HASH_BYTES);
    }

    static int count(byte[] hashes) {
        return hashes.length / HASH_BYTES;
    }

    /**
     * The root of a tree whose leaves are, from the left, complete subtrees of one size and then fewer single leaves than such a subtree
     * has.
     */
    static byte[] root(byte[] subtrees, byte[] leaves) {
        if (leaves.length == 0) {
            return root(subtrees);
        }
        if (subtrees.length == 0) {
            return root(leaves);
        }
        var peaks = new ArrayList<>(tree(subtrees).peaks());
        peaks.addAll(tree(leaves).peaks());
        return Merkle.join(peaks);
    }

    static byte[] root(byte[] leaves) {
        return tree(leaves).root();
    }

    private static Merkle.Tree tree(byte[] leaves) {
        var tree = new Merkle.Tree();
        for (var n = 0; n < count(leaves); n++) {
            tree.add(at(leaves, n));
        }
        return tree;
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
