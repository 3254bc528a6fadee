package io.barecount.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.ledger.Histories;
import io.barecount.ledger.LedgerFiles;
import io.barecount.ledger.view.RunView;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What the next life of the service makes of what the last one left. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(LedgerFiles.class)
class RestartTest {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject
    Appender appender;

    @Inject
    Log log;

    @Inject
    Signer signer;

    @Inject
    CheckpointFile file;

    /** Every read model, all of it; what somebody took out of one comes back. */
    @Test
    void droppedRecordsAreMadeAgainFromTheLogAsTheyWere() throws SQLException {
        recorded();
        recorded();
        var before = await().atMost(Duration.ofSeconds(30)).until(RestartTest::readModels, Objects::nonNull);

        try (var connection = LedgerFiles.connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "begin; truncate audit_runs, audit_attempts, event_sequences; update audit_progress set applied = 0; commit");
        }
        var after = await().atMost(Duration.ofSeconds(30)).until(RestartTest::readModels, Objects::nonNull);

        assertThat(after).hasSizeGreaterThan(2).containsAll(before);
    }

    /** All rows but the time when they were written; null while they lack entries. */
    private static List<String> readModels() throws SQLException {
        try (var connection = LedgerFiles.connect();
                var rows = connection.createStatement().executeQuery("""
                                with complete as (select where (select applied from audit_progress)
                                    = (select max(size) from checkpoints))
                                select a::text from audit_runs a, complete
                                union all select a::text from audit_attempts a, complete
                                union all select concat_ws(' ', source, run, seen) from event_sequences, complete
                                order by 1""")) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found.isEmpty() ? null : found;
        }
    }

    /** The last life was killed after a commit, before the file was replaced. */
    @Test
    void aFileThatIsBehindIsCaughtUp() throws IOException {
        recorded();
        var last = log.signed().orElseThrow().note();
        file.replace(signer.sign(0, MerkleTree.emptyRoot()));

        appender.resume();

        assertThat(file.read()).contains(last);
    }

    @Test
    void aFileThatIsAheadIsLeftAsItIsAndTold() throws IOException {
        recorded();
        var last = log.signed().orElseThrow();
        var ahead = signer.sign(last.size() + 1, MerkleTree.emptyRoot());
        file.replace(ahead);
        try {
            assertThatThrownBy(appender::resume)
                    .isInstanceOf(BrokenContinuity.class)
                    .hasMessageContaining("put back");
            assertThat(file.read()).contains(ahead);
        } finally {
            file.replace(last.note());
        }
    }

    private RunId recorded() {
        var run = new RunId(UUID.randomUUID());
        try (var topics = new TopicProbe(bootstrapServers)) {
            Histories.succeeding(run).forEach(event -> topics.send(run.toString(), event));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> view(run).filter(view -> view.entries() == 15).isPresent());
        return run;
    }

    private static Optional<RunView> view(RunId run) {
        return QuarkusTransaction.requiringNew().call(() -> AuditRun.view(run));
    }
}
