package io.barecount.verifier;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The Merkle tree of RFC 6962, section 2.1, by its recursive definitions. */
final class Merkle {
    static final int HASH_BYTES = 32;

    private Merkle() {}

    static byte[] sha256(byte[]... parts) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                sha256.update(part);
            }
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static byte[] leafHash(byte[] entry) {
        return sha256(new byte[] {0}, entry);
    }

    static byte[] nodeHash(byte[] left, byte[] right) {
        return sha256(new byte[] {1}, left, right);
    }

    static byte[] emptyRoot() {
        return sha256();
    }

    /** Takes leaf hashes one by one, and knows the root of all so far. */
    static final class Tree {
        /** Roots of complete subtrees, from the left; each is smaller than the one before. */
        private final List<byte[]> peaks = new ArrayList<>();

        private long size;

        void add(byte[] leafHash) {
            peaks.add(leafHash);
            size++;
            for (var pairs = Long.numberOfTrailingZeros(size); pairs > 0; pairs--) {
                var right = peaks.remove(peaks.size() - 1);
                peaks.add(nodeHash(peaks.remove(peaks.size() - 1), right));
            }
        }

        long size() {
            return size;
        }

        List<byte[]> peaks() {
            return List.copyOf(peaks);
        }

        byte[] root() {
            return peaks.isEmpty() ? emptyRoot() : join(peaks);
        }
    }

    /** One root over complete subtrees that get smaller from left to right. */
    static byte[] join(List<byte[]> peaks) {
        var root = peaks.get(peaks.size() - 1);
        for (var i = peaks.size() - 2; i >= 0; i--) {
            root = nodeHash(peaks.get(i), root);
        }
        return root;
    }

    /** Whether the leaf stands at this place of the tree of this size and root: section 2.1.1, read backwards. */
    static boolean includes(long index, long size, byte[] leafHash, List<byte[]> path, byte[] root) {
        return index >= 0 && index < size && Arrays.equals(root, rootFrom(index, size, leafHash, path));
    }

    /** Null if the path is too short or too long. */
    private static byte[] rootFrom(long index, long size, byte[] leafHash, List<byte[]> path) {
        if (size == 1) {
            return path.isEmpty() ? leafHash : null;
        }
        if (path.isEmpty()) {
            return null;
        }
        var split = split(size);
        var sibling = path.get(path.size() - 1);
        var rest = path.subList(0, path.size() - 1);
        var isLeft = index < split;
        var below =
                isLeft ? rootFrom(index, split, leafHash, rest) : rootFrom(index - split, size - split, leafHash, rest);
        return below == null ? null : isLeft ? nodeHash(below, sibling) : nodeHash(sibling, below);
    }

    /** Whether the second tree is the first with entries appended: section 2.1.2, read backwards. */
    static boolean consistent(
            long firstSize, byte[] firstRoot, long secondSize, byte[] secondRoot, List<byte[]> proof) {
        if (firstSize < 0 || firstSize > secondSize) {
            return false;
        }
        if (firstSize == 0) {
            return proof.isEmpty()
                    && Arrays.equals(firstRoot, emptyRoot())
                    && (secondSize > 0 || Arrays.equals(secondRoot, emptyRoot()));
        }
        var roots = rootsFrom(firstSize, secondSize, firstRoot, true, proof);
        return roots != null && Arrays.equals(firstRoot, roots.first) && Arrays.equals(secondRoot, roots.second);
    }

    private record Roots(byte[] first, byte[] second) {}

    /** SUBPROOF(m, D[n], b). Null if the proof is too short or too long. */
    private static Roots rootsFrom(long m, long n, byte[] firstRoot, boolean isWhole, List<byte[]> proof) {
        if (m == n) {
            if (isWhole) {
                return proof.isEmpty() ? new Roots(firstRoot, firstRoot) : null;
            }
            return proof.size() == 1 ? new Roots(proof.get(0), proof.get(0)) : null;
        }
        if (proof.isEmpty()) {
            return null;
        }
        var split = split(n);
        var sibling = proof.get(proof.size() - 1);
        var rest = proof.subList(0, proof.size() - 1);
        if (m <= split) {
            var below = rootsFrom(m, split, firstRoot, isWhole, rest);
            return below == null ? null : new Roots(below.first, nodeHash(below.second, sibling));
        }
        var below = rootsFrom(m - split, n - split, firstRoot, false, rest);
        return below == null ? null : new Roots(nodeHash(sibling, below.first), nodeHash(sibling, below.second));
    }

    /** The largest power of two below the size. */
    static long split(long size) {
        return Long.highestOneBit(size - 1);
    }
}
