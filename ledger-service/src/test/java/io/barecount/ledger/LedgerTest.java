package io.barecount.ledger;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.checkpoint.CheckpointEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(LedgerFiles.class)
class LedgerTest extends RunningLedger {
    @Test
    void everyEventIsOneEntryHoweverOftenItIsSent() {
        var history = Histories.succeeding(run);
        history.forEach(this::send);
        history.forEach(this::send);
        var end = Histories.denied(new RunId(UUID.randomUUID()));
        end.forEach(this::send);
        awaitEntries(runOf(end), end.size());
        awaitEntries(run, history.size());

        var entries = given().get("/ledger/entries?run=" + run)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        assertThat(entries.getList("entries.type", String.class))
                .containsExactlyInAnyOrderElementsOf(
                        history.stream().map(Event::type).toList());
        var reading = OutsideReader.read(key);
        assertThat(reading.strangers()).isEmpty();
        assertThat(reading.entriesGiveTheRoot()).isTrue();
        for (var event : history) {
            assertThat(reading.leaves())
                    .filteredOn(leaf -> leaf.contains("\"ce_id\":\"" + event.id() + "\""))
                    .singleElement()
                    .satisfies(leaf -> assertThat(Json.mapper().readTree(leaf).get("data"))
                            .isEqualTo(Json.mapper().readTree(EventCodec.value(event))));
        }
    }

    @Test
    void theAuditRecordTellsWhoRanWhatWhereByWhichPolicyAtWhatCost() {
        Histories.succeeding(run).forEach(this::send);
        awaitEntries(run, 15);

        given().get("/ledger/runs/" + run)
                .then()
                .statusCode(200)
                .body("state", Matchers.is("succeeded"))
                .body("ended", Matchers.is(true))
                .body("namespace", Matchers.is("finance"))
                .body("pipeline", Matchers.is("ledger-close"))
                .body("submitter", Matchers.is("erp"))
                .body("door", Matchers.is("webhook"))
                .body("runner", Matchers.is("onprem"))
                .body("provider", Matchers.is("local"))
                .body("network", Matchers.is("vpn"))
                .body("boundary", Matchers.is("branch-vpn"))
                .body("tasks", Matchers.is(2))
                .body("attempts", Matchers.is(3))
                .body("cost.amount", Matchers.is("0.3"))
                .body("estimate.likely.amount", Matchers.is("1"))
                .body("permitKey", Matchers.is(Histories.PERMIT_KEY.keyId()))
                .body("policySet", Matchers.is(Histories.POLICY_SET.toString()))
                .body("endedAt", Matchers.is("2026-01-02T12:00:14Z"));
        given().get("/ledger/runs?namespace=finance&pipeline=ledger-close&state=succeeded&limit=500")
                .then()
                .statusCode(200)
                .body("runs.run", Matchers.hasItem(run.toString()));
        given().get("/ledger/runs?state=denied&limit=500")
                .then()
                .statusCode(200)
                .body("runs.run", Matchers.not(Matchers.hasItem(run.toString())));
    }

    @Test
    void checkpointsAreToldAndKeptInAFileOutsideTheDatabase() {
        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);

        var told = topics.awaitEvents(Topic.CHECKPOINTS, LedgerFiles.ORIGIN, 1);

        var last = (CheckpointEvent.Signed) told.get(told.size() - 1).data();
        var checkpoint = Checkpoint.verify(last.note(), LedgerFiles.ORIGIN, key);
        assertThat(checkpoint.size()).isEqualTo(last.size());
        assertThat(HexFormat.of().formatHex(checkpoint.root())).isEqualTo(last.root());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(file())
                        .hasContent(given().get("/ledger/checkpoint").asString()));
        given().get("/ledger/key")
                .then()
                .statusCode(200)
                .body("origin", Matchers.is(LedgerFiles.ORIGIN))
                .body("pem", Matchers.is(key.toPem()))
                .body("verifierKey", Matchers.is(Checkpoint.verifierKey(LedgerFiles.ORIGIN, key)));
        given().get("/ledger/stats").then().statusCode(200).body("size", Matchers.greaterThanOrEqualTo(4));
    }

    @Test
    void anEntrysProofIsCheckedWithTheKeyAlone() {
        Histories.rejected(run).forEach(this::send);
        awaitEntries(run, 3);
        var seq = given().get("/ledger/entries?run=" + run).jsonPath().getLong("entries[1].seq");

        var proof = given().get("/ledger/entries/" + seq)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        var checkpoint = Checkpoint.verify(proof.getString("checkpoint"), LedgerFiles.ORIGIN, key);
        var decoder = Base64.getDecoder();
        var leaf = decoder.decode(proof.getString("leaf"));
        var path = proof.getList("proof", String.class).stream()
                .map(decoder::decode)
                .toList();
        assertThat(MerkleTree.includes(seq, checkpoint.size(), MerkleTree.leafHash(leaf), path, checkpoint.root()))
                .isTrue();
        assertThat(new String(leaf, UTF_8)).contains(run.toString());
    }

    /** Not JSON, no value, an event without its required parts, a NUL where the database takes none, a value too long for a leaf. */
    @Test
    void poisonousRecordsBecomeEntriesAndStopNothing() {
        var mark = "poison-" + run;
        topics.send("barecount.submissions", mark, Map.of(), "no json".getBytes(UTF_8));
        topics.send("barecount.submissions", mark, Map.of(), null);
        topics.send("barecount.runs.dlq", mark, Map.of("dead-letter-offset", "1"), "{}".getBytes(UTF_8));
        var headers = new HashMap<>(EventCodec.headers(Histories.succeeding(run).get(3)));
        topics.send("barecount.runs", mark, headers, "{}".getBytes(UTF_8));
        headers.put("ce_type", "a\0b");
        topics.send("barecount.runs", mark, headers, ("{\"run\":\"" + run + "\"}").getBytes(UTF_8));
        var submitted = Histories.denied(run).get(0);
        topics.send(
                "barecount.submissions",
                mark,
                EventCodec.headers(submitted),
                new String(EventCodec.value(submitted), UTF_8)
                        .replace("\"ana\"", "\"a\\u0000na\"")
                        .getBytes(UTF_8));
        topics.send("barecount.submissions", mark, Map.of(), ("\"" + "x".repeat(70_000) + "\"").getBytes(UTF_8));
        Histories.denied(run).subList(1, 4).forEach(this::send);
        awaitEntries(run, 4);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(OutsideReader.read(key).leaves())
                        .filteredOn(leaf -> leaf.contains(mark))
                        .hasSize(7));

        var leaves = OutsideReader.read(key).leaves().stream()
                .filter(leaf -> leaf.contains(mark))
                .toList();
        assertThat(leaves)
                .filteredOn(leaf -> leaf.contains("\"raw\":{\"sha256\""))
                .hasSize(1);
        assertThat(leaves).filteredOn(leaf -> leaf.contains("\"raw\":null")).hasSize(1);
        assertThat(leaves).filteredOn(leaf -> leaf.contains("\"dataDigest\"")).hasSize(1);
        given().get("/q/health/ready").then().statusCode(200);
    }

    @Test
    void whatIsNotThereIsSaidSo() {
        for (var path : List.of(
                "tile/0/999",
                "tile/0/000.p/300",
                "tile/8/000",
                "tile/0/nonsense",
                "tile/entries/x001/000",
                "entries/999999999",
                "runs/" + UUID.randomUUID())) {
            given().get("/ledger/" + path).then().statusCode(404).contentType("application/problem+json");
        }
        for (var path : List.of(
                "runs/nonsense", "runs?state=nonsense", "runs?limit=0", "entries?run=x", "entries?limit=100000")) {
            given().get("/ledger/" + path).then().statusCode(400).contentType("application/problem+json");
        }
    }
}
