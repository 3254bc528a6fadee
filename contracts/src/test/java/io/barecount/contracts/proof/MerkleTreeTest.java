package io.barecount.contracts.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MerkleTreeTest {
    /** The leaves of the Certificate Transparency reference implementation's tests, and the roots it gives for 1 to 8 of them. */
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void rootsAgreeWithTheReference() {
        var builder = new MerkleTree.RootBuilder();
        assertThat(hex(builder.root())).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (var i = 0; i < LEAVES.size(); i++) {
            builder.add(MerkleTree.leafHash(HexFormat.of().parseHex(LEAVES.get(i))));
            assertThat(hex(builder.root())).isEqualTo(ROOTS.get(i));
        }
    }

    /** Against proofs made straight from the recursive definitions of RFC 6962, section 2.1. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void proofsOfTheDefinitionAreAcceptedAndMutatedOnesRefused(long seed) {
        var random = new SplittableRandom(seed);
        for (var round = 0; round < 60; round++) {
            var leaves = leaves(random, random.nextInt(1, 200));
            var index = random.nextInt(leaves.size());
            var root = root(leaves);
            var proof = inclusion(index, leaves);

            assertThat(MerkleTree.includes(index, leaves.size(), leaves.get(index), proof, root))
                    .isTrue();
            assertThat(MerkleTree.includes(index, leaves.size(), MerkleTree.leafHash(new byte[] {1}), proof, root))
                    .isFalse();
            assertThat(MerkleTree.includes(leaves.size(), leaves.size(), leaves.get(index), proof, root))
                    .isFalse();

            var old = random.nextInt(1, leaves.size() + 1);
            var oldRoot = root(leaves.subList(0, old));
            var consistency = old == leaves.size() ? List.<byte[]>of() : consistency(old, leaves, true);
            assertThat(MerkleTree.consistent(old, oldRoot, leaves.size(), root, consistency))
                    .isTrue();
            var changed = new ArrayList<>(leaves);
            changed.set(random.nextInt(old), MerkleTree.leafHash(new byte[] {7}));
            assertThat(MerkleTree.consistent(old, oldRoot, leaves.size(), root(changed), consistency))
                    .isFalse();
        }
    }

    private static List<byte[]> leaves(SplittableRandom random, int count) {
        var leaves = new ArrayList<byte[]>();
        for (var i = 0; i < count; i++) {
            var entry = new byte[8];
            random.nextBytes(entry);
            leaves.add(MerkleTree.leafHash(entry));
        }
        return leaves;
    }

    private static byte[] root(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        var k = split(leaves.size());
        return MerkleTree.nodeHash(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
    }

    private static List<byte[]> inclusion(int m, List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return List.of();
        }
        var k = split(leaves.size());
        var path = new ArrayList<byte[]>();
        if (m < k) {
            path.addAll(inclusion(m, leaves.subList(0, k)));
            path.add(root(leaves.subList(k, leaves.size())));
        } else {
            path.addAll(inclusion(m - k, leaves.subList(k, leaves.size())));
            path.add(root(leaves.subList(0, k)));
        }
        return path;
    }

    private static List<byte[]> consistency(int m, List<byte[]> leaves, boolean known) {
        if (m == leaves.size()) {
            return known ? List.of() : List.of(root(leaves));
        }
        var k = split(leaves.size());
        var path = new ArrayList<byte[]>();
        if (m <= k) {
            path.addAll(consistency(m, leaves.subList(0, k), known));
            path.add(root(leaves.subList(k, leaves.size())));
        } else {
            path.addAll(consistency(m - k, leaves.subList(k, leaves.size()), false));
            path.add(root(leaves.subList(0, k)));
        }
        return path;
    }

    private static int split(int n) {
        return Integer.highestOneBit(n - 1);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
