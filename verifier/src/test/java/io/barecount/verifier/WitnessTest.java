package io.barecount.verifier;

import static io.barecount.verifier.FakeLog.KEY;
import static io.barecount.verifier.FakeLog.ORIGIN;
import static io.barecount.verifier.FakeLog.leaf;
import static io.barecount.verifier.FakeLog.leaves;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.WitnessKey;
import io.barecount.verifier.Witness.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C2SP tlog-witness: which checkpoints are cosigned, and how others are answered. */
class WitnessTest {
    @TempDir
    private Path directory;

    private io.barecount.verifier.WitnessKey key;
    private Witness witness;

    @BeforeEach
    void setUp() throws IOException {
        key = io.barecount.verifier.WitnessKey.inFile("witness.test/w1", directory.resolve("key"));
        witness = witness();
    }

    @Test
    void aLogThatGrowsIsCosignedStepByStep() throws IOException {
        for (var sizes :
                List.of(List.of(0, 0), List.of(0, 300), List.of(300, 300), List.of(300, 301), List.of(301, 600))) {
            var note = FakeLog.of(sizes.get(1)).note();
            var answer = ask(sizes.get(0), leaves(600), sizes.get(1), note);

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(WitnessKey.parse(key.verifierKey())
                            .cosigned(note, answer.body().strip()))
                    .isTrue();
            var trust = FakeLog.TRUST.withWitnesses(List.of(NoteKey.parse(key.verifierKey())), null);
            assertThat(io.barecount.verifier.Checkpoint.verify(note + answer.body(), trust)
                            .witnesses())
                    .containsExactly("witness.test/w1");
        }
    }

    @Test
    void whatItCosignedLastIsRememberedOverRestarts() throws IOException {
        ask(0, leaves(600), 300, FakeLog.of(300).note());
        witness = witness();

        assertThat(ask(0, leaves(600), 600, FakeLog.of(600).note())).isEqualTo(Answer.behind(300));
        assertThat(ask(300, leaves(600), 600, FakeLog.of(600).note()).status()).isEqualTo(200);
        assertThat(witness.latest(Hashes.hex(Merkle.sha256(ORIGIN.getBytes(UTF_8)))))
                .startsWith(FakeLog.of(600).note());
    }

    /** Not even who holds the log's key gets a rewritten log cosigned. */
    @Test
    void aRewrittenLogIsRefusedAndKeptAsProof() throws IOException {
        ask(0, leaves(600), 400, FakeLog.of(400).note());
        var rewritten = leaves(600);
        rewritten.set(300, leaf(300, "never happened"));

        assertThat(ask(400, rewritten, 600, FakeLog.of(rewritten).note()).status())
                .isEqualTo(422);
        assertThat(ask(
                                400,
                                rewritten,
                                400,
                                FakeLog.of(rewritten.subList(0, 400)).note())
                        .status())
                .isEqualTo(422);
        try (var kept = Files.walk(directory)) {
            assertThat(kept.filter(file -> file.getFileName().toString().startsWith("refused-")))
                    .hasSize(2);
        }
    }

    /** The log is shorter than what was cosigned, then grows again from an older backup. */
    @Test
    void aLogThatWasPutBackIsRefused() throws IOException {
        ask(0, leaves(600), 400, FakeLog.of(400).note());

        assertThat(ask(300, leaves(600), 300, FakeLog.of(300).note())).isEqualTo(Answer.behind(400));

        var other = new ArrayList<>(leaves(300));
        for (var i = 300; i < 600; i++) {
            other.add(leaf(i, "after the backup was put back"));
        }
        assertThat(ask(400, other, 600, FakeLog.of(other).note()).status()).isEqualTo(422);
    }

    @Test
    void requestsAreAnsweredAsTheProtocolSays() throws IOException {
        var note = FakeLog.of(300).note();

        assertThat(witness.add("nonsense").status()).isEqualTo(400);
        assertThat(witness.add("old 01\n\n" + note).status()).isEqualTo(400);
        assertThat(witness.add("old 0\nAAAA\n\n" + note).status()).isEqualTo(400);
        assertThat(witness.add("old 0\n" + (Base64.getEncoder().encodeToString(new byte[32]) + "\n").repeat(64) + "\n"
                                + note)
                        .status())
                .isEqualTo(400);
        assertThat(witness.add("old 301\n\n" + note).status()).isEqualTo(400);
        assertThat(witness.add("old 0\n" + Base64.getEncoder().encodeToString(new byte[32]) + "\n\n" + note)
                        .status())
                .isEqualTo(422);
        var emptyWithRoot = new Checkpoint(ORIGIN, 0, MerkleTree.leafHash(new byte[0])).sign(KEY);
        assertThat(witness.add("old 0\n\n" + emptyWithRoot).status()).isEqualTo(422);
        var stranger = new Checkpoint("another.log", 1, MerkleTree.emptyRoot()).sign(KEY);
        assertThat(witness.add("old 0\n\n" + stranger).status()).isEqualTo(404);
        var forged = new Checkpoint(ORIGIN, 1, MerkleTree.emptyRoot()).sign(SigningKey.generate());
        assertThat(witness.add("old 0\n\n" + forged).status()).isEqualTo(403);
        assertThat(witness.add("old 0\n\n" + note.replace("\n300\n", "\n301\n")).status())
                .isEqualTo(403);
    }

    @Test
    void itIsServedOverHttp() throws Exception {
        var log = NoteKey.ofLog(ORIGIN, FakeLog.TRUST.log());
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var verifierKey = Checkpoint.verifierKey(ORIGIN, KEY.verifyingKey());
        try (var server = WitnessServer.start(
                        directory.resolve("served"), "witness.test/w2", List.of(verifierKey), address);
                var http = HttpClient.newHttpClient()) {
            var base = URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
            var note = FakeLog.of(300).note();
            var post = HttpRequest.newBuilder(base.resolve("add-checkpoint"))
                    .POST(HttpRequest.BodyPublishers.ofString("old 0\n\n" + note))
                    .build();

            var cosigned = http.send(post, HttpResponse.BodyHandlers.ofString());
            assertThat(cosigned.statusCode()).isEqualTo(200);
            assertThat(WitnessKey.parse(server.verifierKey())
                            .cosigned(note, cosigned.body().strip()))
                    .isTrue();

            var again = http.send(post, HttpResponse.BodyHandlers.ofString());
            assertThat(again.statusCode()).isEqualTo(409);
            assertThat(again.headers().firstValue("Content-Type")).isEqualTo(Optional.of("text/x.tlog.size"));
            assertThat(again.body()).isEqualTo("300\n");

            var hash = Hashes.hex(Merkle.sha256(log.name().getBytes(UTF_8)));
            var monitored = http.send(
                    HttpRequest.newBuilder(base.resolve(hash + "/checkpoint")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(monitored.body()).isEqualTo(note + cosigned.body());
        }
    }

    @Test
    void aQuorumIsRequired() throws IOException {
        var note = FakeLog.of(300).note();
        var other = io.barecount.verifier.WitnessKey.inFile("witness.test/other", directory.resolve("other"));
        var one = note + ask(0, leaves(300), 300, note).body();
        var both = FakeLog.TRUST.withWitnesses(
                List.of(NoteKey.parse(key.verifierKey()), NoteKey.parse(other.verifierKey())), null);
        var oneOfBoth = FakeLog.TRUST.withWitnesses(both.witnesses(), 1);

        assertThat(isAccepted(one, oneOfBoth)).isTrue();
        assertThat(isAccepted(one, both)).isFalse();
        assertThat(isAccepted(note, oneOfBoth)).isFalse();
        assertThat(isAccepted(one + one.lines().reduce("", (all, line) -> line) + "\n", oneOfBoth))
                .isFalse();
        assertThat(isAccepted(
                        one
                                + other.cosign(
                                        FakeLog.of(299).note(),
                                        Clock.systemUTC().instant()),
                        oneOfBoth))
                .isFalse();
    }

    private static boolean isAccepted(String note, Trust trust) {
        try {
            io.barecount.verifier.Checkpoint.verify(note, trust);
            return true;
        } catch (NotProven e) {
            return false;
        }
    }

    private Witness witness() {
        return new Witness(key, List.of(NoteKey.ofLog(ORIGIN, FakeLog.TRUST.log())), directory, Clock.systemUTC());
    }

    private Answer ask(int old, List<byte[]> leaves, int size, String note) throws IOException {
        var body = new StringBuilder("old " + old + "\n");
        if (old > 0 && old < size) {
            consistency(old, leaves.subList(0, size), true)
                    .forEach(hash -> body.append(Base64.getEncoder().encodeToString(hash))
                            .append('\n'));
        }
        return witness.add(body + "\n" + note);
    }

    /** RFC 6962, section 2.1.2, word for word. */
    private static List<byte[]> consistency(int m, List<byte[]> leaves, boolean isWhole) {
        if (m == leaves.size()) {
            return isWhole ? List.of() : List.of(root(leaves));
        }
        var k = Integer.highestOneBit(leaves.size() - 1);
        var proof = new ArrayList<>(
                m <= k
                        ? consistency(m, leaves.subList(0, k), isWhole)
                        : consistency(m - k, leaves.subList(k, leaves.size()), false));
        proof.add(root(m <= k ? leaves.subList(k, leaves.size()) : leaves.subList(0, k)));
        return proof;
    }

    private static byte[] root(List<byte[]> leaves) {
        var tree = new MerkleTree.RootBuilder();
        leaves.forEach(leaf -> tree.add(MerkleTree.leafHash(leaf)));
        return tree.root();
    }
}
