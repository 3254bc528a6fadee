package io.barecount.contracts.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CheckpointTest {
    private static final SigningKey KEY = SigningKey.generate();
    private static final String ORIGIN = "barecount.local/test";
    private static final Checkpoint CHECKPOINT = new Checkpoint(ORIGIN, 42, MerkleTree.emptyRoot());

    @Test
    void aSignedNoteIsReadBack() {
        var note = CHECKPOINT.sign(KEY);

        assertThat(note).startsWith(ORIGIN + "\n42\n").contains("\n\n\u2014 " + ORIGIN + " ");
        assertThat(Checkpoint.verify(note, ORIGIN, KEY.verifyingKey())).isEqualTo(CHECKPOINT);
    }

    @Test
    void linesOfOtherSignersAreIgnored() {
        var note = CHECKPOINT.sign(KEY) + "\u2014 witness.example AAAAAAAA\n";

        assertThat(Checkpoint.verify(note, ORIGIN, KEY.verifyingKey())).isEqualTo(CHECKPOINT);
    }

    @Test
    void anotherKeyOriginOrSizeIsNotProven() {
        var note = CHECKPOINT.sign(KEY);
        var other = SigningKey.generate().verifyingKey();

        assertThatThrownBy(() -> Checkpoint.verify(note, ORIGIN, other)).isInstanceOf(NotProven.class);
        assertThatThrownBy(() -> Checkpoint.verify(note, "other", KEY.verifyingKey()))
                .isInstanceOf(NotProven.class);
        assertThatThrownBy(() -> Checkpoint.verify(note.replace("\n42\n", "\n43\n"), ORIGIN, KEY.verifyingKey()))
                .isInstanceOf(NotProven.class);
        assertThatThrownBy(() -> Checkpoint.verify("", ORIGIN, KEY.verifyingKey()))
                .isInstanceOf(NotProven.class);
    }

    @Test
    void keysSurviveTheirPem() {
        var again = SigningKey.ofPem(KEY.toPem());

        assertThat(again.keyId()).isEqualTo(KEY.keyId()).hasSize(16);
        assertThat(KEY.verifyingKey().verifies(new byte[] {1}, again.sign(new byte[] {1})))
                .isTrue();
        assertThat(KEY.verifyingKey().verifies(new byte[] {2}, again.sign(new byte[] {1})))
                .isFalse();
        assertThat(KEY.verifyingKey().verifies(new byte[] {1}, new byte[3])).isFalse();
    }

    /** Paths given in C2SP tlog-tiles. */
    @Test
    void tilesHaveThePathsOfTheSpecification() {
        assertThat(new Tile(0, 1234067, 256).path()).isEqualTo("tile/0/x001/x234/067");
        assertThat(new Tile(0, 273, 112).path()).isEqualTo("tile/0/273.p/112");
        assertThat(new Tile(1, 1, 17).path()).isEqualTo("tile/1/001.p/17");
        assertThat(new Tile(0, 273, 112).entriesPath()).isEqualTo("tile/entries/273.p/112");
    }

    /** The example of C2SP tlog-tiles: a log of 70,000 entries. */
    @Test
    void aTreeHasTheTilesOfTheSpecification() {
        var tiles = Tile.ofTree(70_000);

        assertThat(tiles).hasSize(274 + 2 + 1);
        assertThat(tiles).contains(new Tile(0, 273, 112), new Tile(1, 1, 17), new Tile(2, 0, 1));
    }
}
