package io.barecount.console.kafka;

import io.barecount.console.tail.Place;
import io.barecount.console.tail.TopicRecord;
import io.barecount.contracts.Topic;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The cluster, for reading: every client is configured by the same {@code KAFKA_} variables as a service's. */
@ApplicationScoped
public class Brokers {
    private static final int CALL_MILLIS_MAX = 5_000;
    private static final int FETCH_BYTES_MAX = 2 * 1024 * 1024;
    private static final int FETCH_WAIT_MILLIS_MAX = 100;

    private final Map<String, Object> config;
    private Admin admin;

    Brokers(@Identifier("default-kafka-broker") Map<String, Object> config) {
        this.config = config;
    }

    /** All topics of the platform, in the order in which a submission passes them; then their dead letters. */
    public static List<String> topics() {
        return Stream.concat(Arrays.stream(Topic.values()).map(Topic::topicName), deadLetters().stream())
                .toList();
    }

    /** Checkpoints are read by no stage, and so have none. */
    private static List<String> deadLetters() {
        return Arrays.stream(Topic.values())
                .filter(topic -> topic != Topic.CHECKPOINTS)
                .map(Topic::deadLetterName)
                .toList();
    }

    static List<TopicPartition> partitions(String topic) {
        var partitions = Topic.named(topic).map(Topic::partitions).orElse(1);
        return IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
    }

    static List<TopicPartition> partitions(List<String> topics) {
        return topics.stream().flatMap(topic -> partitions(topic).stream()).toList();
    }

    /** Without a group: it has to be assigned its partitions, and can't commit. */
    Consumer<byte[], byte[]> consumer() {
        var settings = new HashMap<>(config);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS_MAX);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS_MAX);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    synchronized Admin admin() {
        if (admin == null) {
            var settings = new HashMap<>(config);
            settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS_MAX);
            settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, CALL_MILLIS_MAX);
            admin = Admin.create(settings);
        }
        return admin;
    }

    Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException, ExecutionException {
        var found = new HashMap<TopicPartition, Long>();
        admin().listOffsets(partitions.stream().collect(Collectors.toMap(each -> each, each -> which)))
                .all()
                .get()
                .forEach((partition, result) -> found.put(partition, result.offset()));
        return found;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close();
        }
    }

    static Place place(TopicPartition partition) {
        return new Place(partition.topic(), partition.partition());
    }

    static TopicRecord record(ConsumerRecord<byte[], byte[]> record) {
        var headers = new LinkedHashMap<String, String>();
        for (var header : record.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        return new TopicRecord(
                new Place(record.topic(), record.partition()),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key() == null ? null : text(record.key()),
                headers,
                record.value());
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
