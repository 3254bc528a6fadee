package io.barecount.ledger.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.ledger.Histories;
import io.barecount.ledger.LedgerFiles;
import io.barecount.ledger.check.Finding;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What the log lacks is told apart from what was never there. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(LedgerFiles.class)
class ReconciliationTest {
    private static final String TOPIC = Topic.SUBMISSIONS.topicName();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject
    Reconciliation reconciliation;

    @Test
    void markersAndAbortedRecordsAreNoneThatTheLogLacks() throws SQLException {
        var mark = UUID.randomUUID().toString();
        try (var producer = new KafkaProducer<String, String>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG, mark),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            for (var commits : new boolean[] {true, false, true}) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TOPIC, mark, "from a transaction"));
                producer.flush();
                if (commits) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        }
        await().atMost(PATIENCE)
                .until(() ->
                        number("select count(*) from entries where convert_from(leaf, 'UTF8') like '%" + mark + "%'")
                                == 2);

        assertThat(reconciliation.run()).noneMatch(finding -> finding.kind() == Finding.Kind.RECORD_MISSING);
        assertThat(number("select count(*) from explained_gaps where topic = '" + TOPIC + "'"))
                .isPositive();
    }

    @Test
    void aRecordWithoutAnEntryAndAnEventWithoutANumberAreNamed() throws SQLException {
        var run = new RunId(UUID.randomUUID());
        try (var topics = new TopicProbe(bootstrapServers)) {
            Histories.succeeding(run).forEach(event -> topics.send(run.toString(), event));
            var other = new RunId(UUID.randomUUID());
            Histories.succeeding(other).forEach(event -> topics.send(other.toString(), event));
        }
        await().atMost(PATIENCE)
                .until(() ->
                        number("select count(*) from event_sequences where seen = '{[1,16)}' and run = '" + run + "'")
                                == 1);
        var place = text(
                "select topic || '-' || kafka_partition || '@' || kafka_offset || '..' || kafka_offset from entries"
                        + " where run = '" + run + "' and type = 'barecount.runs.queued'");
        execute("create table saved as select * from entries where run = '" + run
                + "' and type = 'barecount.runs.queued'");
        execute("alter table entries disable trigger user; delete from entries where seq = (select seq from saved)");
        execute(
                "update event_sequences set seen = seen - '{[4,5)}', changed_at = now() - interval '1 hour' where run = '"
                        + run + "'");
        try {
            assertThat(reconciliation.run())
                    .extracting(Finding::kind, Finding::place)
                    .contains(
                            tuple(Finding.Kind.RECORD_MISSING, place), tuple(Finding.Kind.EVENT_MISSING, "run " + run));
        } finally {
            execute("insert into entries select * from saved; drop table saved");
            execute("alter table entries enable always trigger entries_only_grow");
            execute("update event_sequences set seen = '{[1,16)}' where run = '" + run + "'");
        }
        assertThat(reconciliation.run()).isEmpty();
    }

    private static void execute(String text) throws SQLException {
        try (var connection = LedgerFiles.connect();
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static long number(String query) throws SQLException {
        return Long.parseLong(text(query));
    }

    private static String text(String query) throws SQLException {
        try (Connection connection = LedgerFiles.connect();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
