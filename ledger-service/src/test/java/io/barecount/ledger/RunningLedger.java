package io.barecount.ledger;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.testing.TopicProbe;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the running service have in common: a run of its own for each test, and hands on topics and database. */
abstract class RunningLedger {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject
    LedgerConfig config;

    TopicProbe topics;
    VerifyingKey key;
    final RunId run = new RunId(UUID.randomUUID());

    @BeforeEach
    void setUp() throws IOException {
        topics = new TopicProbe(bootstrapServers);
        key = SigningKey.ofPem(Files.readString(config.checkpointKey())).verifyingKey();
    }

    @AfterEach
    void tearDown() {
        topics.close();
    }

    Path file() {
        return config.checkpointDir().resolve("checkpoint");
    }

    long oneOfMany() {
        Histories.succeeding(run).forEach(this::send);
        awaitEntries(run, 15);
        return given().get("/ledger/entries?run=" + run).jsonPath().getLong("entries[7].seq");
    }

    /** Both for the whole table and for the one part of it that there is. */
    static String[] unguarded() {
        return new String[] {"alter table entries disable trigger user", "alter table entries_0 disable trigger user"};
    }

    static String[] guarded() {
        return new String[] {
            "alter table entries enable always trigger entries_only_grow",
            "alter table entries_0 enable always trigger entries_only_grow"
        };
    }

    /** In one transaction, as a role that may do anything but what the tables themselves refuse. */
    static void execute(String... statements) throws SQLException {
        try (var connection = LedgerFiles.connect()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                for (var text : statements) {
                    statement.execute(text);
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    void send(Event<?> event) {
        var submission = event.data() instanceof SubmissionEvent;
        topics.send(submission ? "finance/ledger-close" : event.subject(), event);
    }

    static RunId runOf(List<Event<?>> history) {
        return RunId.parse(history.get(0).subject());
    }

    static void awaitEntries(RunId run, int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> given().get("/ledger/runs/" + run)
                        .then()
                        .statusCode(200)
                        .body("entries", Matchers.is(count)));
    }
}
