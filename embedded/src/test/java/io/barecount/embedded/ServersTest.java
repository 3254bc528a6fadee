package io.barecount.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barecount.embedded.broker.Broker;
import io.barecount.embedded.broker.TopicCreation;
import io.barecount.embedded.postgres.Postgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServersTest {
    @TempDir
    Path directory;

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void theBrokerKeepsItsTopicsOverARestart() throws Exception {
        var port = freePort();
        var controllerPort = freePort();
        try (var broker = Broker.start(directory.resolve("kafka"), port, controllerPort)) {
            TopicCreation.createAll("127.0.0.1:" + port);
            TopicCreation.createAll("127.0.0.1:" + port);
        }
        try (var broker = Broker.start(directory.resolve("kafka"), port, controllerPort);
                var admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
            assertThat(admin.listTopics().names().get()).containsAll(TopicCreation.names());
        }
    }

    @Test
    void whatIsNotAsItMustBeOfATopicIsSaidWithWhatMendsIt() throws Exception {
        var port = freePort();
        try (var broker = Broker.start(directory.resolve("kafka"), port, freePort());
                var admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
            admin.createTopics(List.of(
                            new NewTopic("barecount.runs", 6, (short) 1),
                            new NewTopic("barecount.checkpoints", 1, (short) 1)
                                    .configs(Map.of("retention.ms", "-1", "max.message.bytes", "1000"))))
                    .all()
                    .get();

            assertThat(TopicCreation.createAll("127.0.0.1:" + port, (short) 1))
                    .anySatisfy(line -> assertThat(line).startsWith("barecount.runs has 6 partitions, it must have 4"))
                    .anySatisfy(line -> assertThat(line).contains("barecount.runs has retention.ms="))
                    .anySatisfy(line -> assertThat(line)
                            .contains("barecount.checkpoints has max.message.bytes=1000", "kafka-configs.sh --alter"))
                    .noneSatisfy(line -> assertThat(line).contains("barecount.submissions"));
            assertThat(admin.listTopics().names().get()).containsAll(TopicCreation.names());
        }
    }

    @Test
    void theDatabaseKeepsItsDataOverAKillAndRolesStayApart() throws Exception {
        var places = new Postgres.Places(
                directory.resolve("postgres"),
                Path.of(System.getProperty("java.io.tmpdir"), "barecount-postgres-" + System.getProperty("user.name")),
                directory.resolve("password"),
                directory.resolve("log"));
        var first = Postgres.start(places, freePort());
        first.createDatabase("one", "secret-one");
        first.createDatabase("two", "secret-two");
        try (var connection = DriverManager.getConnection(first.url("one"), "one", "secret-one");
                var statement = connection.createStatement()) {
            statement.execute("create table kept as select 42 as answer");
        }
        assertThatThrownBy(() -> DriverManager.getConnection(first.url("two"), "one", "secret-one"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> DriverManager.getConnection(first.url("one"), "one", "wrong"))
                .isInstanceOf(SQLException.class);

        first.process().destroyForcibly().waitFor();

        try (var second = Postgres.start(places, freePort());
                var connection = DriverManager.getConnection(second.url("one"), "one", "secret-one");
                var rows = connection.createStatement().executeQuery("select answer from kept")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
    }
}
