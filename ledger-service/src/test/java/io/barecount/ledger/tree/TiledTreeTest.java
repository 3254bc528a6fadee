package io.barecount.ledger.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TiledTreeTest {
    /** The leaves of the Certificate Transparency reference implementation's tests, and the roots it gives for 0 to 8 of them. */
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    /** The same tests' proofs: of inclusion by (index, size), of consistency by (first, second). */
    private static final Map<List<Integer>, List<String>> INCLUSION = Map.of(
            List.of(0, 1),
            List.of(),
            List.of(0, 8),
            List.of(
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
            List.of(2, 3),
            List.of("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            List.of(1, 5),
            List.of(
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"));

    private static final Map<List<Integer>, List<String>> CONSISTENCY = Map.of(
            List.of(1, 1),
            List.of(),
            List.of(1, 8),
            List.of(
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
            List.of(6, 8),
            List.of(
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            List.of(2, 5),
            List.of(
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"));

    /** Keeps tiles as a table would: one row a tile, replaced when it grows. */
    private static final class Store implements TileSource {
        private final Map<List<Long>, byte[]> rows = new HashMap<>();
        private TiledTree tree = new TiledTree(0, this);

        void append(List<byte[]> leafHashes) {
            var growth = tree.append(leafHashes);
            var root = growth.tree().root();
            for (var changed : growth.changed()) {
                var before = rows.put(key(changed.tile()), changed.hashes());
                assertThat(before == null || Arrays.mismatch(before, changed.hashes()) == before.length)
                        .as("tiles only grow")
                        .isTrue();
            }
            tree = new TiledTree(growth.tree().size(), this);
            assertThat(root).isEqualTo(tree.root());
        }

        @Override
        public byte[] hashes(Tile tile) {
            return rows.getOrDefault(key(tile), new byte[0]);
        }

        private static List<Long> key(Tile tile) {
            return List.of((long) tile.level(), tile.index());
        }
    }

    @Test
    void agreesWithTheReference() {
        var store = new Store();
        for (var size = 0; size <= LEAVES.size(); size++) {
            assertThat(hex(store.tree.root())).isEqualTo(ROOTS.get(size));
            if (size < LEAVES.size()) {
                store.append(List.of(MerkleTree.leafHash(HexFormat.of().parseHex(LEAVES.get(size)))));
            }
        }
        INCLUSION.forEach((at, proof) -> assertThat(store.tree.at(at.get(1)).inclusion(at.get(0)))
                .as("inclusion %s", at)
                .extracting(TiledTreeTest::hex)
                .isEqualTo(proof));
        CONSISTENCY.forEach((at, proof) -> assertThat(store.tree.at(at.get(1)).consistency(at.get(0)))
                .as("consistency %s", at)
                .extracting(TiledTreeTest::hex)
                .isEqualTo(proof));
    }

    @Test
    void oneByOneEverySizeHasTheRootOfTheDefinition() {
        var store = new Store();
        var expected = new MerkleTree.RootBuilder();
        for (var size = 0; size <= 1500; size++) {
            assertThat(store.tree.root()).isEqualTo(expected.root());
            assertThat(store.rows.keySet())
                    .isEqualTo(Tile.ofTree(size).stream().map(Store::key).collect(Collectors.toSet()));
            store.append(List.of(leaf(size)));
            expected.add(leaf(size));
        }
    }

    /** However the entries are split into batches, tiles, root and proofs are the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void batchesOfAnySizeLeadToTheSameTree(long seed) {
        var random = new SplittableRandom(seed);
        var store = new Store();
        var expected = new MerkleTree.RootBuilder();
        var roots = new ArrayList<>(List.of(expected.root()));
        var end = random.nextInt(1, 1500);
        while (store.tree.size() < end) {
            var batch = new ArrayList<byte[]>();
            for (var n = random.nextInt(1, random.nextBoolean() ? 4 : 700); n > 0; n--) {
                batch.add(leaf(expected.size()));
                expected.add(leaf(expected.size()));
                roots.add(expected.root());
            }
            store.append(batch);
            assertThat(store.tree.root()).isEqualTo(expected.root());
        }
        var size = store.tree.size();
        for (var round = 0; round < 200; round++) {
            var index = random.nextLong(size);
            var at = random.nextLong(index + 1, size + 1);
            var earlier = random.nextLong(at + 1);
            var tree = store.tree.at(at);

            assertThat(MerkleTree.includes(index, at, leaf(index), tree.inclusion(index), roots.get((int) at)))
                    .isTrue();
            assertThat(MerkleTree.consistent(
                            earlier, roots.get((int) earlier), at, roots.get((int) at), tree.consistency(earlier)))
                    .isTrue();
        }
    }

    /** Beyond 65,536 entries there is a third level. */
    @Test
    void aTreeOfThreeLevelsHasItsRoot() {
        var store = new Store();
        var expected = new MerkleTree.RootBuilder();
        var leaves = new ArrayList<byte[]>();
        for (var i = 0; i < 66_000; i++) {
            leaves.add(leaf(i));
            expected.add(leaf(i));
        }
        for (var from = 0; from < leaves.size(); from += 997) {
            store.append(leaves.subList(from, Math.min(leaves.size(), from + 997)));
        }

        assertThat(store.tree.root()).isEqualTo(expected.root());
        assertThat(store.rows).containsKey(List.of(2L, 0L));
        assertThat(MerkleTree.includes(65_535, 66_000, leaf(65_535), store.tree.inclusion(65_535), expected.root()))
                .isTrue();
    }

    @Test
    void aLostTileIsNamed() {
        var store = new Store();
        store.append(List.of(leaf(0), leaf(1), leaf(2)));
        var tree = new TiledTree(200, store);

        assertThatThrownBy(tree::root).isInstanceOf(MissingTile.class).hasMessageContaining("tile/0/000.p/200");
    }

    private static byte[] leaf(long index) {
        return MerkleTree.leafHash(("entry " + index).getBytes(UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
