package io.barecount.contracts.proof;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The Merkle tree of RFC 6962, section 2: hashing, the root of a sequence, and the checks of RFC 9162, section 2.1. */
public final class MerkleTree {
    public static final int HASH_BYTES = 32;

    private MerkleTree() {}

    /** Of an entry: a leading 0 keeps leaves and nodes apart. */
    public static byte[] leafHash(byte[] entry) {
        var sha256 = Digest.sha256();
        sha256.update((byte) 0);
        return sha256.digest(entry);
    }

    public static byte[] nodeHash(byte[] left, byte[] right) {
        var sha256 = Digest.sha256();
        sha256.update((byte) 1);
        sha256.update(left);
        return sha256.digest(right);
    }

    /** The root of no entries at all. */
    public static byte[] emptyRoot() {
        return Digest.sha256().digest();
    }

    /** Adds leaf hashes one by one and knows the root of all so far, in memory of the order of log n. */
    public static final class RootBuilder {
        /** Roots of complete subtrees, from the largest to the smallest; sizes are the bits of {@link #size}. */
        private final List<byte[]> peaks = new ArrayList<>();

        private long size;

        public void add(byte[] leafHash) {
            var hash = leafHash;
            for (var n = size; (n & 1) == 1; n >>= 1) {
                hash = nodeHash(peaks.remove(peaks.size() - 1), hash);
            }
            peaks.add(hash);
            size++;
        }

        public long size() {
            return size;
        }

        public byte[] root() {
            if (peaks.isEmpty()) {
                return emptyRoot();
            }
            var hash = peaks.get(peaks.size() - 1);
            for (var i = peaks.size() - 2; i >= 0; i--) {
                hash = nodeHash(peaks.get(i), hash);
            }
            return hash;
        }
    }

    /** RFC 9162, section 2.1.3.2: whether the leaf stands at this index of the tree with this size and root. */
    public static boolean includes(long index, long size, byte[] leafHash, List<byte[]> proof, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        var fn = index;
        var sn = size - 1;
        var hash = leafHash;
        for (var sibling : proof) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                hash = nodeHash(sibling, hash);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = nodeHash(hash, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && MessageDigest.isEqual(hash, root);
    }

    /** RFC 9162, section 2.1.4.2: whether the second tree is the first one with entries appended. */
    public static boolean consistent(
            long firstSize, byte[] firstRoot, long secondSize, byte[] secondRoot, List<byte[]> proof) {
        if (firstSize < 0 || firstSize > secondSize) {
            return false;
        }
        if (firstSize == secondSize) {
            return proof.isEmpty() && Arrays.equals(firstRoot, secondRoot);
        }
        if (firstSize == 0) {
            return proof.isEmpty() && Arrays.equals(firstRoot, emptyRoot());
        }
        var path = new ArrayList<>(proof);
        if (Long.bitCount(firstSize) == 1) {
            path.add(0, firstRoot);
        }
        if (path.isEmpty()) {
            return false;
        }
        var fn = firstSize - 1;
        var sn = secondSize - 1;
        while ((fn & 1) == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        var first = path.get(0);
        var second = first;
        for (var node : path.subList(1, path.size())) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                first = nodeHash(node, first);
                second = nodeHash(node, second);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                second = nodeHash(second, node);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && Arrays.equals(first, firstRoot) && Arrays.equals(second, secondRoot);
    }
}
