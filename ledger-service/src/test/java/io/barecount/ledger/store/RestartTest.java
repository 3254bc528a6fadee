package io.barecount.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
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
    AgroalDataSource database;

    @Inject
    Appender appender;

    @Inject
    Log log;

    @Inject
    Signer signer;

    @Inject
    CheckpointFile file;

    @Test
    void droppedRecordsAreMadeAgainFromTheLogAsTheyWere() throws SQLException {
        var run = recorded();
        var before = view(run);

        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("truncate audit_runs");
            statement.execute("update audit_progress set applied = 0");
        }
        assertThat(view(run)).isEmpty();
        appender.makeUpAuditRecords();

        assertThat(view(run)).isEqualTo(before);
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
