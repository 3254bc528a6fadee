package io.barecount.ledger.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.proof.MerkleTree;
import io.barecount.ledger.tree.TileTree.Place;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@link MerkleTree}, which holds the definition and is checked against the reference's vectors. */
class TileTreeTest {
    private final Map<Place, byte[]> tiles = new HashMap<>();
    private final List<byte[]> leaves = new ArrayList<>();
    private final MerkleTree.RootBuilder reference = new MerkleTree.RootBuilder();

    private byte[] grow(int count) {
        var added = new ArrayList<byte[]>();
        for (var i = 0; i < count; i++) {
            added.add(MerkleTree.leafHash(
                    ByteBuffer.allocate(8).putLong(leaves.size() + i).array()));
        }
        var grown = TileTree.grow(leaves.size(), tiles::get, added);
        leaves.addAll(added);
        added.forEach(reference::add);
        tiles.putAll(grown.changed());
        assertThat(grown.size()).isEqualTo(leaves.size());
        return grown.root();
    }

    @Test
    void everySizeHasTheRootOfTheDefinition() {
        assertThat(TileTree.root(0, tiles::get)).isEqualTo(reference.root());
        for (var size = 1; size <= 1500; size++) {
            assertThat(grow(1)).as("size %d", size).isEqualTo(reference.root());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8})
    void anySequenceOfBatchesHasTheRootOfTheDefinition(long seed) {
        var random = new SplittableRandom(seed);
        while (leaves.size() < 70_000) {
            assertThat(grow(random.nextInt(1, 3000))).isEqualTo(reference.root());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 255, 256, 257, 511, 1000, 66_000})
    void proofsVerify(int size) {
        var root = grow(size);
        var random = new SplittableRandom(size);
        for (var i = 0; i < 50; i++) {
            var index = random.nextInt(size);
            var proof = TileTree.inclusionProof(index, size, tiles::get);
            assertThat(MerkleTree.includes(index, size, leaves.get(index), proof, root))
                    .isTrue();

            var first = random.nextInt(1, size + 1);
            var firstTree = new MerkleTree.RootBuilder();
            leaves.subList(0, first).forEach(firstTree::add);
            var consistency = TileTree.consistencyProof(first, size, tiles::get);
            assertThat(MerkleTree.consistent(first, firstTree.root(), size, root, consistency))
                    .isTrue();
        }
    }
}
