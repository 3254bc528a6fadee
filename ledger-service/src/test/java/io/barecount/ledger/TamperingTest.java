package io.barecount.ledger;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a log that somebody changes from below. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(LedgerFiles.class)
class TamperingTest extends RunningLedger {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "update entries set topic = 'x' where seq = 0",
                "update entries set leaf = leaf where false",
                "delete from entries",
                "truncate entries cascade",
                "delete from checkpoints",
                "update checkpoints set note = ''",
                "truncate checkpoints",
                "update entries_0 set leaf = leaf where false",
                "delete from entries_0 where false",
                "truncate entries_0",
                "delete from tiles",
                "truncate tiles",
                "update tiles set hashes = hashes",
                "delete from facts",
                "update facts set fact = fact",
                "delete from findings"
            })
    void theDatabaseItselfRefusesToChangeTheLog(String change) {
        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);

        assertThatThrownBy(() -> execute(change))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("only grows");
        assertThatThrownBy(() -> execute("set local session_replication_role = replica", change))
                .isInstanceOf(SQLException.class)
                .hasMessageMatching("(?s).*(only grows|permission denied to set parameter).*");
    }

    /** Who owns the tables can take the triggers away; an outsider finds out, and learns which entry it was. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "update entries set leaf = set_byte(leaf, 12, get_byte(leaf, 12) # 1) where seq = %1$d",
                "delete from entries where seq = %1$d"
            })
    void aTamperedEntryIsFoundFromOutside(String change) throws SQLException {
        var seq = oneOfMany();
        execute("create table saved as select * from entries where seq = " + seq);
        execute(unguarded());
        execute(change.formatted(seq));
        try {
            var reading = OutsideReader.read(key);

            assertThat(reading.strangers()).containsExactly(seq);
            assertThat(reading.entriesGiveTheRoot()).isFalse();
        } finally {
            execute("delete from entries where seq = " + seq, "insert into entries select * from saved");
            execute(guarded());
            execute("drop table saved");
        }
        assertThat(OutsideReader.read(key).entriesGiveTheRoot()).isTrue();
    }

    @Test
    void swappedEntriesAreFoundFromOutside() throws SQLException {
        var seq = oneOfMany();
        var swap = new String[] {
            "update entries set seq = 1048575 where seq = " + seq,
            "update entries set seq = " + seq + " where seq = " + (seq - 1),
            "update entries set seq = " + (seq - 1) + " where seq = 1048575"
        };
        execute(unguarded());
        execute(swap);
        try {
            assertThat(OutsideReader.read(key).strangers()).containsExactly(seq - 1, seq);
        } finally {
            execute(swap);
            execute(guarded());
        }
        assertThat(OutsideReader.read(key).entriesGiveTheRoot()).isTrue();
    }

    /** The file outside the database remembers more than the database holds, or something else. */
    @ParameterizedTest
    @ValueSource(longs = {1000, 0})
    void aDatabaseThatDoesNotGoOnFromWhatWasSignedGetsNoSignature(long more) throws IOException {
        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);
        var before = Files.readString(file());
        var size = Checkpoint.verify(before, LedgerFiles.ORIGIN, key).size();
        var signer = SigningKey.ofPem(Files.readString(config.checkpointKey()));
        var other = MerkleTree.leafHash("another log".getBytes(UTF_8));
        Files.writeString(file(), new Checkpoint(LedgerFiles.ORIGIN, size + more, other).sign(signer));
        var late = new RunId(UUID.randomUUID());
        try {
            Histories.denied(late).forEach(this::send);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> given().get("/q/health/ready")
                            .then()
                            .statusCode(503)
                            .body(Matchers.containsString(more > 0 ? "put back" : "rewritten"))
                            .body(Matchers.containsString("stages")));
            assertThat(given().get("/ledger/checkpoint").asString()).isEqualTo(before);
        } finally {
            Files.writeString(file(), before);
        }
        awaitEntries(late, 4);
        await().atMost(PATIENCE)
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void aCheckpointFileOfAnotherKeyOrNoneAtAllGetsNoSignature() throws IOException {
        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);
        var before = Files.readString(file());
        try {
            Files.writeString(
                    file(), new Checkpoint(LedgerFiles.ORIGIN, 0, MerkleTree.emptyRoot()).sign(SigningKey.generate()));
            given().get("/q/health/ready").then().statusCode(503).body(Matchers.containsString("not signed by key"));
            Files.delete(file());
            given().get("/q/health/ready").then().statusCode(503).body(Matchers.containsString("is missing"));
        } finally {
            Files.writeString(file(), before);
        }
        given().get("/q/health/ready").then().statusCode(200);
    }
}
