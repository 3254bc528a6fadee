package io.barecount.cli.verify;

import static io.barecount.contracts.proof.MerkleTree.HASH_BYTES;

import io.barecount.contracts.proof.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

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
     * The root of a tree (RFC 6962, section 2.1) whose leaves are, from the left, complete subtrees of one size and then fewer single
     * leaves than such a subtree has.
     */
    static byte[] root(byte[] subtrees, byte[] leaves) {
        var peaks = new ArrayList<byte[]>();
        peaks.addAll(peaks(subtrees));
        peaks.addAll(peaks(leaves));
        if (peaks.isEmpty()) {
            return MerkleTree.emptyRoot();
        }
        var root = peaks.get(peaks.size() - 1);
        for (var i = peaks.size() - 2; i >= 0; i--) {
            root = MerkleTree.nodeHash(peaks.get(i), root);
        }
        return root;
    }

    static byte[] root(byte[] leaves) {
        return root(leaves, new byte[0]);
    }

    /** Roots of the largest complete subtrees, from the left. */
    private static List<byte[]> peaks(byte[] leaves) {
        var peaks = new ArrayList<byte[]>();
        for (var n = 0; n < count(leaves); n++) {
            var hash = at(leaves, n);
            for (var bits = n; (bits & 1) == 1; bits >>= 1) {
                hash = MerkleTree.nodeHash(peaks.remove(peaks.size() - 1), hash);
            }
            peaks.add(hash);
        }
        return peaks;
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
