package io.barecount.testing;

import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A test's hand on the topics: says events as another service would, and waits for what comes out. Not for several threads. */
public final class TopicProbe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final String bootstrapServers;
    private final KafkaProducer<String, byte[]> producer;

    public TopicProbe(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** An event with this data, as its service would say it; deterministic in {@code cause} and subject. */
    public static <T> Event<T> event(UUID cause, String subject, String namespace, Instant time, T data) {
        var type = EventTypes.typeOf(data.getClass());
        return new Event<>(
                EventIds.derive(cause, type + "/" + subject),
                "/barecount/test",
                type,
                subject,
                time,
                namespace,
                cause,
                1,
                TraceContext.orNew(null, cause),
                data);
    }

    /** Sends an event to its topic; returns when the broker has it. */
    public void send(String key, Event<?> event) {
        var topic = EventTypes.topicOf(event.data().getClass());
        send(topic.topicName(), key, EventCodec.headers(event), EventCodec.value(event));
    }

    /** Sends any record at all. */
    public void send(String topic, String key, Map<String, String> headers, byte[] value) {
        var record = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new AssertionError("the broker refused a record for " + topic, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** All records of the topic with this key, from its beginning, once there are at least {@code count}; fails after 30 seconds. */
    public List<ConsumerRecord<String, byte[]>> await(String topic, String key, int count) {
        return await(topic, record -> key.equals(record.key()), count);
    }

    /** As {@link #await(String, String, int)}, for events of ours. */
    public List<? extends Event<?>> awaitEvents(Topic topic, String key, int count) {
        return await(topic.topicName(), key, count).stream()
                .map(record -> EventCodec.decode(topic, headers(record), record.value()))
                .toList();
    }

    public List<ConsumerRecord<String, byte[]>> await(
            String topic, Predicate<ConsumerRecord<String, byte[]>> wanted, int count) {
        var found = new ArrayList<ConsumerRecord<String, byte[]>>();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (System.nanoTime() < deadline) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (wanted.test(record)) {
                        found.add(record);
                    }
                }
                if (found.size() >= count && atEnd(consumer, partitions)) {
                    return found;
                }
            }
        }
        throw new AssertionError("expected " + count + " records on " + topic + " within " + PATIENCE + ", found "
                + found.stream()
                        .map(record -> record.key() + " " + headers(record).get("ce_type"))
                        .toList());
    }

    private static boolean atEnd(KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions) {
        var ends = consumer.endOffsets(partitions);
        return partitions.stream().allMatch(partition -> consumer.position(partition) >= ends.get(partition));
    }

    public static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
        var headers = new LinkedHashMap<String, String>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    @Override
    public void close() {
        producer.close();
    }
}
