package io.barecount.verifier;

import static io.barecount.verifier.FakeLog.KEY;
import static io.barecount.verifier.FakeLog.ORIGIN;
import static io.barecount.verifier.FakeLog.leaf;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.Tile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program against a log behind a real HTTP server. */
class VerifierTest {
    @TempDir
    private Path data;

    private final FakeLog log = FakeLog.of(600);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer server;

    @BeforeEach
    void setUp() throws IOException {
        server = log.serve("/ledger");
        Files.createDirectories(data.resolve("keys"));
        Files.writeString(
                data.resolve("keys/checkpoint.pub.pem"), KEY.verifyingKey().toPem());
        Files.writeString(data.resolve("keys/origin"), ORIGIN + "\n");
    }

    @AfterEach
    void tearDown() {
        server.stop(0);
    }

    @Test
    void aLogThatIsAsItWasSignedEndsWithZeroAndIsRemembered() throws IOException {
        assertThat(run("--data", data.toString(), "--url", url())).isZero();

        assertThat(out.toString()).contains("verified: 600 entries", "barecount.runs");
        assertThat(data.resolve("run/verified-checkpoint")).hasContent(log.note());
    }

    @Test
    void aChangedEntryEndsWithOneAndIsNamedInJson() throws IOException {
        log.leaves.set(5, leaf(5, "another fact"));
        log.replaceBundle(new Tile(0, 0, 256), log.leaves.subList(0, 256));

        assertThat(run("--data", data.toString(), "--url", url(), "--json")).isEqualTo(1);

        var answer = Json.mapper().readTree(out.toString());
        assertThat(answer.get("size").asLong()).isEqualTo(600);
        assertThat(answer.get("root").asText()).hasSize(64);
        assertThat(answer.get("verified").asBoolean()).isFalse();
        var finding = answer.get("findings").get(0);
        assertThat(finding.get("entry").asLong()).isEqualTo(5);
        assertThat(finding.get("topic").asText()).isEqualTo("barecount.decisions-3");
        assertThat(finding.get("offset").asLong()).isEqualTo(2);
        assertThat(finding.get("problem").asText()).contains("was changed");
        assertThat(data.resolve("run/verified-checkpoint")).doesNotExist();
    }

    @Test
    void aLogThatWasPutBackIsNoticedByTheNextVerification() {
        assertThat(run("--data", data.toString(), "--url", url())).isZero();
        log.resources.clear();
        log.resources.putAll(FakeLog.of(300).resources);

        assertThat(run("--data", data.toString(), "--url", url())).isEqualTo(1);
        assertThat(out.toString()).contains("put back");
        assertThat(data.resolve("run/verified-checkpoint")).content().contains("\n600\n");
    }

    @Test
    void flagsStandForTheDataDirectory() throws IOException {
        var key = Files.writeString(
                data.resolve("elsewhere.pem"), KEY.verifyingKey().toPem());

        assertThat(run("--data", "/nonexistent", "--url", url(), "--key", key.toString(), "--origin", ORIGIN))
                .isZero();
        assertThat(run("--data", data.toString(), "--url", url(), "--origin", "another.log"))
                .isEqualTo(1);
    }

    @Test
    void aCopyInADirectoryIsVerifiedWithoutAnyServer() throws IOException {
        for (var resource : log.resources.entrySet()) {
            var file = data.resolve("copy").resolve(resource.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, resource.getValue());
        }

        assertThat(run(
                        "--data",
                        data.toString(),
                        "--url",
                        data.resolve("copy").toUri().toString()))
                .isZero();
    }

    @Test
    void anUnreachableLogIsNotVerified() {
        var address = url();
        server.stop(0);

        assertThat(run("--data", data.toString(), "--url", address)).isEqualTo(1);
        assertThat(out.toString()).contains(address + "/checkpoint");
    }

    @Test
    void theAddressIsTheRunningPlatformsUnlessSaid() throws IOException {
        assertThat(run("--data", data.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("platform.json", "--url");

        Files.createDirectories(data.resolve("run"));
        var frontDoor = "http://127.0.0.1:" + server.getAddress().getPort();
        Files.writeString(
                data.resolve("run/platform.json"), "{\"phase\":\"ready\",\"frontDoor\":\"" + frontDoor + "\"}");
        assertThat(run("--data", data.toString())).isZero();
    }

    @Test
    void aMissingOrWrongKeyIsAWrongCall() throws IOException {
        assertThat(run("--data", "/nonexistent", "--url", url())).isEqualTo(2);
        assertThat(err.toString()).contains("/nonexistent/keys/checkpoint.pub.pem", "--key");

        Files.writeString(data.resolve("keys/checkpoint.pub.pem"), "nonsense");
        assertThat(run("--data", data.toString(), "--url", url())).isEqualTo(2);
        assertThat(run("--nonsense")).isEqualTo(2);
    }

    @Test
    void anExportedProofIsCheckedOfflineAndAnythingElseRefused() throws IOException {
        server.stop(0);
        var one = leaf(0, "fact 0");
        var other = MerkleTree.leafHash(leaf(1, "fact 1"));
        var root = MerkleTree.nodeHash(MerkleTree.leafHash(one), other);
        var note = new Checkpoint(ORIGIN, 2, root).sign(KEY);
        var entry = Json.mapper().readTree(one);

        assertThat(prove(Map.of("seq", 0, "entry", entry, "leaf", one, "proof", List.of(other), "checkpoint", note)))
                .isZero();
        assertThat(out.toString()).contains("verified: 1 entry of the log of 2");

        var otherEntry = Json.mapper().readTree(leaf(0, "another fact"));
        assertThat(prove(Map.of(
                        "seq", 0, "entry", otherEntry, "leaf", one, "proof", List.of(other), "checkpoint", note)))
                .isEqualTo(1);
        assertThat(out.toString()).contains("entry 0", "field /entry/data");
        assertThat(prove(Map.of("seq", 1, "entry", entry, "leaf", one, "proof", List.of(other), "checkpoint", note)))
                .isEqualTo(1);
        var forged = new Checkpoint(ORIGIN, 2, root).sign(SigningKey.generate());
        assertThat(prove(Map.of("seq", 0, "entry", entry, "leaf", one, "proof", List.of(other), "checkpoint", forged)))
                .isEqualTo(1);
        assertThat(prove(Map.of("seq", 0))).isEqualTo(2);
    }

    @Test
    void aKeyringIsAllThatAnAuditorNeeds() throws IOException {
        var keyring = Files.writeString(
                data.resolve("keyring"),
                "# handed over in person\nlog " + Checkpoint.verifierKey(ORIGIN, KEY.verifyingKey()) + "\n");
        var kept = Files.writeString(data.resolve("kept"), log.note());

        assertThat(run("--data", "/nonexistent", "--url", url(), "--key", keyring.toString()))
                .isZero();

        log.resources.clear();
        log.resources.putAll(FakeLog.of(300).resources);
        assertThat(run(
                        "--data",
                        "/nonexistent",
                        "--url",
                        url(),
                        "--key",
                        keyring.toString(),
                        "--kept",
                        kept.toString()))
                .isEqualTo(1);
        assertThat(out.toString()).contains("put back");

        Files.writeString(keyring, "logs nonsense\n");
        assertThat(run("--data", "/nonexistent", "--url", url(), "--key", keyring.toString()))
                .isEqualTo(2);
    }

    private int prove(Map<String, Object> proof) throws IOException {
        var file = Files.write(data.resolve("proof.json"), Json.bytes(proof));
        return run("--data", data.toString(), file.toString());
    }

    private String url() {
        return FakeLog.uri(server, "/ledger").toString();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Verifier.run(List.of(arguments), new PrintWriter(out, true), new PrintWriter(err, true));
    }
}
