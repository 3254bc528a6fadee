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

    /** RFC 8032, section 7.1, test 2; the key's PKCS #8 and X.509 heads are those of RFC 8410. */
    @Test
    void signaturesAreThoseOfTheSpecification() throws Exception {
        var hex = java.util.HexFormat.of();
        var seed = hex.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        var factory = java.security.KeyFactory.getInstance("Ed25519");
        var pkcs8 = hex.parseHex("302e020100300506032b657004220420" + hex.formatHex(seed));
        var spki = hex.parseHex(
                "302a300506032b6570032100" + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assertThat(factory.generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(pkcs8)))
                .isNotNull();
        var key = SigningKey.ofPem(Pem.encode(pkcs8, "PRIVATE KEY") + Pem.encode(spki, "PUBLIC KEY"));

        assertThat(hex.formatHex(key.sign(new byte[] {0x72})))
                .isEqualTo("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
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
