package io.barecount.ledger;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.testing.BackingServices;
import io.barecount.verifier.LedgerVerifier;
import io.barecount.verifier.LogSource;
import io.barecount.verifier.Trust;
import io.barecount.verifier.Verifier;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What witnesses and data catalogues get of the log. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(value = Outsiders.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutsidersTest extends RunningLedger {
    @Test
    @Order(1)
    void whatIsServedIsCosignedAndVerifiesWithAQuorum() throws IOException {
        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(given().get("/ledger/runs/" + run + "/proof")
                                .jsonPath()
                                .getString("checkpoint"))
                        .contains("\u2014 witness.test/w1 "));

        var verdict = new LedgerVerifier(LogSource.of(ledger()), trust()).verify(Optional.empty());

        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.witnesses()).containsExactly("witness.test/w1");
        assertThat(verdict.size()).isGreaterThanOrEqualTo(4);
        given().get("/ledger/witnesses")
                .then()
                .statusCode(200)
                .body("quorum", Matchers.is(1))
                .body("witnesses[0].size", Matchers.greaterThanOrEqualTo(4))
                .body("witnesses[0].alarm", Matchers.nullValue())
                .body("witnesses[1].away", Matchers.containsString("can't be reached"));
        var entry = given().get("/ledger/entries/0").asByteArray();
        assertThat(Verifier.check(entry, trust()).witnesses()).containsExactly("witness.test/w1");
    }

    @Test
    @Order(2)
    void thatTheLogOnlyGrewIsShownBetweenAnyTwoCheckpoints() throws IOException {
        var before = given().get("/ledger/checkpoint").asString();
        Histories.succeeding(run).forEach(this::send);
        awaitEntries(run, 15);
        var from = Checkpoint.verify(before, LedgerFiles.ORIGIN, key).size();
        await().atMost(PATIENCE)
                .untilAsserted(() -> given().get("/ledger/consistency?from=" + from)
                        .then()
                        .statusCode(200)
                        .body("to", Matchers.not(Matchers.is(before))));

        var proof = given().get("/ledger/consistency?from=" + from).asByteArray();

        assertThat(Verifier.check(proof, trust()).findings()).isEmpty();
        given().get("/ledger/consistency?from=999999").then().statusCode(400);
        given().get("/ledger/consistency?from=0&to=999999").then().statusCode(404);
        given().get("/ledger/consistency").then().statusCode(400);
    }

    /** Each event once, in order, by HTTP and by Kafka, though the catalogue was away at first. */
    @Test
    @Order(3)
    void aRunIsToldToDataCataloguesOnce() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(Outsiders.LINEAGE_TOPIC, 1, (short) 1)));
        }
        Histories.succeeding(run).forEach(this::send);
        awaitEntries(run, 15);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(posted()).containsExactly("START", "COMPLETE"));
        assertThat(topics.await(Outsiders.LINEAGE_TOPIC, run.toString(), 2))
                .extracting(told ->
                        Json.read(told.value(), JsonNode.class).get("eventType").asText())
                .containsExactly("START", "COMPLETE");
    }

    private List<String> posted() {
        return given().get(catalogue()).jsonPath().getList("findAll { it.run.runId == '" + run + "' }.eventType");
    }

    private URI catalogue() {
        return config.lineageUrl().orElseThrow();
    }

    /** With the stolen key: the witness cosigns a longer log of the thief's, and the log's own owner is told. */
    @Test
    @Order(4)
    void aLogThatIsNotWhatItsWitnessSawRaisesAnAlarm() throws Exception {
        var thief = SigningKey.ofPem(Files.readString(config.checkpointKey()));
        var reading = OutsideReader.read(key);
        var size = reading.checkpoint().size();
        var hashes = new ArrayList<byte[]>();
        reading.leaves().forEach(leaf -> hashes.add(MerkleTree.leafHash(leaf.getBytes(UTF_8))));
        for (var i = 0; i < 1000; i++) {
            hashes.add(MerkleTree.leafHash(("never happened " + i).getBytes(UTF_8)));
        }
        var body = new StringBuilder("old " + size + "\n");
        consistency((int) size, hashes, true)
                .forEach(hash ->
                        body.append(Base64.getEncoder().encodeToString(hash)).append('\n'));
        body.append('\n').append(new Checkpoint(LedgerFiles.ORIGIN, hashes.size(), root(hashes)).sign(thief));
        var address = given().get("/ledger/witnesses").jsonPath().getString("witnesses[0].address");
        given().body(body.toString().getBytes(UTF_8))
                .post(URI.create(address + "add-checkpoint"))
                .then()
                .statusCode(200);

        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);

        await().atMost(PATIENCE)
                .untilAsserted(() -> given().get("/ledger/witnesses")
                        .then()
                        .body("witnesses[0].alarm", Matchers.containsString("put back")));
        assertThat(OutsideReader.read(key).checkpoint().size()).isEqualTo(size);
    }

    private Trust trust() throws IOException {
        var log = given().get("/ledger/key").jsonPath().getString("verifierKey");
        var witnesses = Files.readString(config.witnesses().orElseThrow());
        return Trust.parse("log " + log + "\n" + witnesses);
    }

    private static URI ledger() {
        return URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/ledger");
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
        leaves.forEach(tree::add);
        return tree.root();
    }
}
