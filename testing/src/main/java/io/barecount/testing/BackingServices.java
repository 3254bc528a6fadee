package io.barecount.testing;

import io.barecount.embedded.broker.Broker;
import io.barecount.embedded.broker.TopicCreation;
import io.barecount.embedded.postgres.Postgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real broker with all topics and a real, empty database for a service's tests.
 *
 * <p>One switch says where they come from, the system property {@code barecount.test.backing}: {@code containers} (Testcontainers, needs a
 * Docker engine), {@code embedded} (from Maven artifacts), or {@code auto}, the default: containers where a Docker engine is present.
 */
public final class BackingServices implements QuarkusTestResourceLifecycleManager {
    private static final String DATABASE = "service";
    private static Backing current;

    /** What was started, for tests that speak to broker or database themselves. */
    public record Backing(
            String bootstrapServers, String databaseUrl, String user, String password, Postgres postgres) {}

    private Path directory;
    private Broker broker;
    private Postgres postgres;
    private KafkaContainer kafkaContainer;
    private PostgreSQLContainer postgresContainer;

    /** Of the tests that run now. */
    public static Backing current() {
        return current;
    }

    @Override
    public Map<String, String> start() {
        try {
            current = useContainers() ? startContainers() : startEmbedded();
            TopicCreation.createAll(current.bootstrapServers());
        } catch (Exception e) {
            stop();
            throw new IllegalStateException("no broker and database for the tests", e);
        }
        var config = new HashMap<String, String>();
        config.put("kafka.bootstrap.servers", current.bootstrapServers());
        config.put("quarkus.datasource.jdbc.url", current.databaseUrl());
        config.put("quarkus.datasource.username", current.user());
        config.put("quarkus.datasource.password", current.password());
        config.put("quarkus.http.test-port", "0");
        config.put("barecount.access.open", "true");
        return config;
    }

    static boolean useContainers() {
        return switch (System.getProperty("barecount.test.backing", "auto")) {
            case "containers" -> true;
            case "embedded" -> false;
            case "auto" -> System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
            default ->
                throw new IllegalArgumentException("barecount.test.backing is containers, embedded or auto, found "
                        + System.getProperty("barecount.test.backing"));
        };
    }

    private Backing startContainers() {
        kafkaContainer = new KafkaContainer("apache/kafka:4.1.2");
        kafkaContainer.start();
        postgresContainer = new PostgreSQLContainer("postgres:18");
        postgresContainer.start();
        return new Backing(
                kafkaContainer.getBootstrapServers(),
                postgresContainer.getJdbcUrl(),
                postgresContainer.getUsername(),
                postgresContainer.getPassword(),
                null);
    }

    private Backing startEmbedded() throws Exception {
        directory = Files.createTempDirectory("barecount-test");
        var port = freePort();
        broker = Broker.start(directory.resolve("kafka"), port, freePort());
        postgres = Postgres.start(
                new Postgres.Places(
                        directory.resolve("postgres"),
                        Path.of(
                                System.getProperty("java.io.tmpdir"),
                                "barecount-postgres-" + System.getProperty("user.name")),
                        directory.resolve("postgres.password"),
                        directory.resolve("postgres.log")),
                freePort());
        postgres.createDatabase(DATABASE, "for-tests-only");
        return new Backing("127.0.0.1:" + port, postgres.url(DATABASE), DATABASE, "for-tests-only", postgres);
    }

    /** A loopback port that nobody listens on at this moment. */
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void stop() {
        if (kafkaContainer != null) {
            kafkaContainer.stop();
        }
        if (postgresContainer != null) {
            postgresContainer.stop();
        }
        if (broker != null) {
            broker.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        if (directory != null) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("left behind: " + directory + ": " + e.getMessage());
        }
    }
}
