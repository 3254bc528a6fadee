package io.barecount.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The limit that the platform is compared with: as many hops over the same broker and the same database, records of the same sizes,
 * the same guarantees, and nothing else. Each hop is one thread: poll, one batched INSERT in one transaction, send with {@code
 * acks=all}, commit the offsets.
 */
final class Relay {
    private static final int PARTITIONS = 4;
    private static final Duration POLL = Duration.ofMillis(100);

    private final String bootstrapServers;
    private final String databaseUrl;
    private final Properties login;
    private final List<Integer> sizes;
    private final String name;

    /** @param sizes bytes of a record's value on each topic of the chain; the last hop only inserts */
    Relay(String name, String bootstrapServers, String databaseUrl, Properties login, List<Integer> sizes) {
        this.name = name;
        this.bootstrapServers = bootstrapServers;
        this.databaseUrl = databaseUrl;
        this.login = login;
        this.sizes = sizes;
    }

    /** Records per second from the first send to the last commit of the last hop. */
    double recordsPerSecond(int records) throws SQLException, InterruptedException, ExecutionException {
        var topics = new ArrayList<String>();
        for (var hop = 0; hop < sizes.size(); hop++) {
            topics.add("bench." + name + "." + hop);
        }
        createTopics(topics);
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "create table if not exists relayed (hop int, record bytea, at timestamptz default now())");
        }
        var arrived = new AtomicLong();
        var hops = new ArrayList<CompletableFuture<Void>>();
        var stop = new CompletableFuture<Void>();
        for (var hop = 0; hop < topics.size(); hop++) {
            var from = hop;
            hops.add(CompletableFuture.runAsync(
                    () -> relay(from, topics, from == topics.size() - 1 ? arrived : null, stop),
                    task -> Thread.ofPlatform().daemon().name("relay-" + from).start(task)));
        }
        var began = System.nanoTime();
        try (var producer = producer()) {
            for (var i = 0; i < records; i++) {
                producer.send(
                        new ProducerRecord<>(topics.get(0), Integer.toString(i).getBytes(), payload(sizes.get(0))));
            }
            producer.flush();
        }
        while (arrived.get() < records) {
            hops.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
            Thread.onSpinWait();
            Thread.sleep(1);
        }
        var seconds = (System.nanoTime() - began) / 1e9;
        stop.complete(null);
        hops.forEach(CompletableFuture::join);
        return records / seconds;
    }

    private void createTopics(List<String> topics) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
    }

    private void relay(int hop, List<String> topics, AtomicLong arrived, CompletableFuture<Void> stop) {
        var next = hop + 1 < topics.size() ? topics.get(hop + 1) : null;
        try (var consumer = consumer(hop);
                var producer = producer();
                var connection = connect();
                var insert = connection.prepareStatement("insert into relayed (hop, record) values (?, ?)")) {
            connection.setAutoCommit(false);
            consumer.subscribe(Set.of(topics.get(hop)));
            while (!stop.isDone()) {
                var batch = consumer.poll(POLL);
                if (batch.isEmpty()) {
                    continue;
                }
                for (var record : batch) {
                    insert.setInt(1, hop);
                    insert.setBytes(2, record.value());
                    insert.addBatch();
                }
                insert.executeBatch();
                connection.commit();
                if (next != null) {
                    var sent = new ArrayList<Future<RecordMetadata>>();
                    for (var record : batch) {
                        sent.add(producer.send(new ProducerRecord<>(next, record.key(), payload(sizes.get(hop + 1)))));
                    }
                    producer.flush();
                    for (var future : sent) {
                        future.get();
                    }
                }
                consumer.commitSync();
                if (arrived != null) {
                    arrived.addAndGet(batch.count());
                }
            }
        } catch (SQLException | ExecutionException e) {
            throw new IllegalStateException("relay hop " + hop + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] payload(int size) {
        var payload = new byte[size];
        for (var i = 0; i < size; i++) {
            payload[i] = (byte) ('a' + i * 31 % 26);
        }
        return payload;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(databaseUrl, login);
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private KafkaConsumer<byte[], byte[]> consumer(int hop) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        "bench-" + name + "-" + hop,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        500),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
