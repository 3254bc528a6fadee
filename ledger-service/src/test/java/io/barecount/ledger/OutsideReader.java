package io.barecount.ledger;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import io.barecount.contracts.proof.VerifyingKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the log as an outsider would, over its API: a few lines from the formats' definitions, besides the CLI's verifier. */
final class OutsideReader {
    private OutsideReader() {}

    /**
     * @param leaves of all entries, in order
     * @param strangers entries whose hash is not the one that their tile holds
     * @param entriesGiveTheRoot whether the entries alone have the root that was signed
     */
    record Reading(Checkpoint checkpoint, List<String> leaves, List<Long> strangers, boolean entriesGiveTheRoot) {}

    static Reading read(VerifyingKey key) {
        var note = given().get("/ledger/checkpoint")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        var checkpoint = Checkpoint.verify(note, LedgerFiles.ORIGIN, key);
        var leaves = new ArrayList<String>();
        var strangers = new ArrayList<Long>();
        var root = new MerkleTree.RootBuilder();
        for (var tile : Tile.ofTree(checkpoint.size())) {
            var hashes = bytes(tile.path());
            if (tile.level() > 0) {
                continue;
            }
            var bundle = bytes(tile.entriesPath());
            var at = 0;
            for (var i = 0; i < tile.width(); i++) {
                var length = (bundle[at] & 0xff) << 8 | bundle[at + 1] & 0xff;
                var leaf = Arrays.copyOfRange(bundle, at + 2, at + 2 + length);
                at += 2 + length;
                var hash = MerkleTree.leafHash(leaf);
                if (!Arrays.equals(hash, Arrays.copyOfRange(hashes, i * 32, i * 32 + 32))) {
                    strangers.add(root.size());
                }
                leaves.add(new String(leaf, UTF_8));
                root.add(hash);
            }
            if (at != bundle.length) {
                throw new AssertionError(tile.entriesPath() + " holds more than " + tile.width() + " entries");
            }
        }
        return new Reading(checkpoint, leaves, strangers, Arrays.equals(root.root(), checkpoint.root()));
    }

    private static byte[] bytes(String path) {
        return given().get("/ledger/" + path).then().statusCode(200).extract().asByteArray();
    }
}
