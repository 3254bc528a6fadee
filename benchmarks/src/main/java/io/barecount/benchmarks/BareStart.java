package io.barecount.benchmarks;

import com.sun.net.httpserver.HttpServer;
import io.barecount.contracts.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The limit that the gateway's way from record to call is compared with: the same records, read at the same time, each stored with one
 * commit in the same database and then sent by one HTTP call to this machine, and nothing else.
 */
final class BareStart implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final Map<String, Long> called = new ConcurrentHashMap<>();
    private final HttpServer provider;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile Exception failure;

    BareStart(String bootstrapServers, String databaseUrl, Properties login) throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        provider.createContext("/", exchange -> {
            try (exchange) {
                called.putIfAbsent(exchange.getRequestURI().getPath().substring(1), System.currentTimeMillis());
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(204, -1);
            }
        });
        provider.start();
        thread = Thread.ofPlatform().daemon().name("bare-start").start(() -> {
            try {
                relay(bootstrapServers, databaseUrl, login);
            } catch (SQLException | IOException | RuntimeException e) {
                failure = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void relay(String bootstrapServers, String databaseUrl, Properties login)
            throws SQLException, IOException, InterruptedException {
        try (var consumer = new KafkaConsumer<>(
                        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
                var database = DriverManager.getConnection(databaseUrl, login);
                var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            try (var table = database.createStatement()) {
                table.execute("create table started (run text, record bytea)");
            }
            var topic = Topic.DISPATCHES.topicName();
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            database.setAutoCommit(false);
            try (var insert = database.prepareStatement("insert into started (run, record) values (?, ?)")) {
                while (!stopped) {
                    for (var record : consumer.poll(POLL)) {
                        insert.setString(1, record.key());
                        insert.setBytes(2, record.value());
                        insert.executeUpdate();
                        database.commit();
                        http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                                + provider.getAddress().getPort() + "/" + record.key()))
                                        .POST(HttpRequest.BodyPublishers.ofByteArray(record.value()))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding());
                    }
                }
            }
        }
    }

    /** @param dispatched when each run's record was made */
    Histogram latency(Map<String, Long> dispatched) {
        if (failure != null) {
            throw new IllegalStateException("the bare way failed", failure);
        }
        var latency = new Histogram(Duration.ofMinutes(10).toMillis(), 3);
        dispatched.keySet().stream()
                .filter(called::containsKey)
                .forEach(run -> latency.recordValue(Math.max(0, called.get(run) - dispatched.get(run))));
        return latency;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        provider.stop(0);
    }
}
