package io.barecount.ledger.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.Tile;
import io.barecount.testing.GoProgram;
import io.barecount.verifier.Trust;
import io.barecount.verifier.Verifier;
import io.barecount.verifier.WitnessServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger's trees and our verifier against software by others, both ways: Go's {@code golang.org/x/mod/sumdb} and the libraries of
 * transparency-dev.
 */
class OthersAgreeTest {
    private static final int SIZE_MAX = 60_000;
    private static final int EVERY_SIZE_TO = 2_000;
    private static final int PROOFS = 1_000;

    /** The tree of the largest size; as its tiles hold every smaller one, each is taken from it. */
    private static final Map<List<Long>, byte[]> TILES = new HashMap<>();

    private static GoProgram others;

    @BeforeAll
    static void setUp() throws Exception {
        others = GoProgram.orSkip();
        var tree = new TiledTree(0, OthersAgreeTest::tile);
        for (var size = 0; size < SIZE_MAX; size += 1_000) {
            var batch = new ArrayList<byte[]>();
            for (var i = size; i < size + 1_000; i++) {
                batch.add(leaf(i));
            }
            var growth = tree.append(batch);
            growth.changed()
                    .forEach(changed -> TILES.put(
                            List.of(
                                    (long) changed.tile().level(),
                                    changed.tile().index()),
                            changed.hashes()));
            tree = growth.tree();
        }
    }

    @Test
    void othersComputeTheSameRootsForEverySize() throws Exception {
        var claims = new StringBuilder();
        for (var size = 0; size <= EVERY_SIZE_TO; size++) {
            claims.append("root %d %s\n".formatted(size, base64(tree(size).root())));
        }

        assertThat(held(claims)).isEqualTo("map[root:2001]");
    }

    @Test
    void othersAcceptOurProofs() throws Exception {
        var random = new SplittableRandom(11);
        var claims = new StringBuilder();
        for (var i = 0; i < PROOFS; i++) {
            var size = random.nextLong(EVERY_SIZE_TO, SIZE_MAX + 1);
            var index = random.nextLong(size);
            var older = random.nextLong(1, size + 1);
            var root = base64(tree(size).root());
            claims.append("inclusion %d %d %s %s%s\n"
                    .formatted(
                            index,
                            size,
                            base64(leaf(index)),
                            root,
                            hashes(tree(size).inclusion(index))));
            claims.append("consistency %d %d %s %s%s\n"
                    .formatted(
                            older,
                            size,
                            base64(tree(older).root()),
                            root,
                            hashes(tree(size).consistency(older))));
        }

        assertThat(held(claims)).isEqualTo("map[consistency:1000 inclusion:1000]");
    }

    @Test
    void othersRefuseAProofOfAnotherEntry() throws Exception {
        var claim = "inclusion 5 %d %s %s%s\n"
                .formatted(
                        SIZE_MAX,
                        base64(leaf(6)),
                        base64(tree(SIZE_MAX).root()),
                        hashes(tree(SIZE_MAX).inclusion(5)));

        assertThat(others.run(claim, "check").exitCode()).isEqualTo(1);
    }

    @Test
    void othersNameTilesAndReadNotesAsWeDo() throws Exception {
        var claims = new StringBuilder();
        var random = new SplittableRandom(12);
        for (var i = 0; i < 1_000; i++) {
            var tile =
                    new Tile(random.nextInt(8), random.nextLong(1L << random.nextInt(1, 40)), random.nextInt(1, 257));
            claims.append("tile %d %d %d %s\n".formatted(tile.level(), tile.index(), tile.width(), tile.path()));
        }
        for (var i = 0; i < 100; i++) {
            var key = SigningKey.generate();
            var origin = "ledger.example/" + i;
            var note = new Checkpoint(origin, i, tree(i).root()).sign(key);
            claims.append("note %s %s\n"
                    .formatted(
                            Base64.getEncoder().encodeToString(note.getBytes(UTF_8)),
                            Checkpoint.verifierKey(origin, key.verifyingKey())));
        }

        assertThat(held(claims)).isEqualTo("map[note:100 tile:1000]");
    }

    @Test
    void othersAcceptOurWitnessesCosignatures(@TempDir Path directory) throws Exception {
        var log = SigningKey.generate();
        var origin = "ledger.example/witnessed";
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var keys = List.of(Checkpoint.verifierKey(origin, log.verifyingKey()));
        try (var witness = WitnessServer.start(directory, "witness.example/w1", keys, loopback);
                var http = HttpClient.newHttpClient()) {
            var note = new Checkpoint(origin, 7, tree(7).root()).sign(log);
            var request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + witness.address().getPort() + "/add-checkpoint"))
                    .POST(HttpRequest.BodyPublishers.ofString("old 0\n\n" + note))
                    .build();
            var line = http.send(request, HttpResponse.BodyHandlers.ofString()).body();

            var claims = new StringBuilder("cosigned %s %s\n"
                    .formatted(
                            Base64.getEncoder().encodeToString((note + line).getBytes(UTF_8)), witness.verifierKey()));

            assertThat(held(claims)).isEqualTo("map[cosigned:1]");
        }
    }

    /** Trees, proofs, keys and signatures by others, in our files. */
    @Test
    void ourVerifierAcceptsProofsOfOthersAndRefusesThemForOthersEntries() throws Exception {
        var answer = others.run("", "prove", "13", Integer.toString(PROOFS));
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        var proofs = answer.out().lines().toList();
        assertThat(proofs).hasSize(PROOFS);
        var elsewhere = Base64.getEncoder().encodeToString("entry -1".getBytes(UTF_8));
        for (var i = 0; i < proofs.size(); i++) {
            var proof = Json.mapper().readTree(proofs.get(i));
            var trust = Trust.parse("log " + proof.get("key").asText());
            var path = proof.get("inclusion").isNull() ? List.of() : proof.get("inclusion");
            var index = proof.get("index").asLong();
            var checkpoint = proof.get("checkpoint").asText();
            assertThat(isIncluded(index, proof.get("leaf").asText(), path, checkpoint, trust))
                    .as(proofs.get(i))
                    .isTrue();
            if (i % 4 == 0) {
                assertThat(isIncluded(index, elsewhere, path, checkpoint, trust))
                        .isFalse();
                assertThat(Verifier.check(consistency(proof), trust).findings())
                        .as(proofs.get(i))
                        .isEmpty();
            }
        }
    }

    private static byte[] consistency(JsonNode proof) {
        var hashes = proof.get("consistency");
        return Json.bytes(Map.of(
                "format",
                "https://barecount.io/proof/consistency/v1",
                "from",
                proof.get("older"),
                "to",
                proof.get("checkpoint"),
                "proof",
                hashes.isNull() ? List.of() : hashes));
    }

    private static boolean isIncluded(long index, String leaf, Object path, String checkpoint, Trust trust) {
        return Verifier.check(
                        Json.bytes(Map.of("seq", index, "leaf", leaf, "proof", path, "checkpoint", checkpoint)), trust)
                .verified();
    }

    private static String held(StringBuilder claims) throws Exception {
        var answer = others.run(claims.toString(), "check");
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        return answer.out().strip();
    }

    private static TiledTree tree(long size) {
        return new TiledTree(size, OthersAgreeTest::tile);
    }

    private static byte[] tile(Tile tile) {
        return TILES.getOrDefault(List.of((long) tile.level(), tile.index()), new byte[0]);
    }

    private static byte[] leaf(long index) {
        return MerkleTree.leafHash(("entry " + index).getBytes(UTF_8));
    }

    private static String hashes(List<byte[]> hashes) {
        var text = new StringBuilder();
        hashes.forEach(hash -> text.append(' ').append(base64(hash)));
        return text.toString();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
