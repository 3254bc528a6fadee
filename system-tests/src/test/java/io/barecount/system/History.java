package io.barecount.system;

import io.barecount.contracts.Topic;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.run.RunEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the topics say, read from their beginning and followed; a repeated event is one event. */
final class History implements AutoCloseable {
    private static final Set<String> NOT_ENDS =
            Set.of(EventTypes.typeOf(RunEvent.Queued.class), EventTypes.typeOf(RunEvent.Running.class));

    private static final String START_ALL = EventTypes.typeOf(DispatchEvent.StartAll.class);

    /**
     * @param at when the broker took it first
     * @param attempts that it starts; 1 for all that starts none
     */
    record Told(String topic, String key, String type, String id, String subject, long at, int attempts) {}

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<String, Told> events = new HashMap<>();
    private final Map<String, Integer> repeats = new HashMap<>();

    History(String brokers) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers), new StringDeserializer(), new ByteArrayDeserializer());
        partitions = Stream.of(Topic.values())
                .filter(topic -> topic != Topic.CHECKPOINTS)
                .flatMap(topic -> Stream.of(topic.topicName(), topic.deadLetterName()))
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** All that is there by now. */
    void read() {
        var ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            consumer.poll(Duration.ofMillis(200)).forEach(this::add);
        }
    }

    private void add(ConsumerRecord<String, byte[]> record) {
        var type = header(record, "ce_type");
        var told = new Told(
                record.topic(),
                record.key(),
                type,
                header(record, "ce_id"),
                header(record, "ce_subject"),
                record.timestamp(),
                type.equals(START_ALL)
                        ? Json.read(record.value(), DispatchEvent.StartAll.class)
                                .attempts()
                                .size()
                        : 1);
        if (events.putIfAbsent(told.topic() + "/" + told.id(), told) != null) {
            repeats.merge(told.topic(), 1, Integer::sum);
        }
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    List<Told> of(Topic topic) {
        return of(topic.topicName());
    }

    List<Told> of(String topic) {
        return events.values().stream()
                .filter(told -> told.topic().equals(topic))
                .toList();
    }

    /** How each run ended, by run; more than one end is one too many. */
    Map<String, List<Told>> ends() {
        var ends = new HashMap<String, List<Told>>();
        of(Topic.RUNS).stream()
                .filter(told -> !NOT_ENDS.contains(told.type()))
                .forEach(told -> ends.computeIfAbsent(told.key(), run -> new ArrayList<>())
                        .add(told));
        return ends;
    }

    boolean hasEndOfEach(Set<String> runs) {
        var ended = new HashSet<>(ends().keySet());
        return ended.containsAll(runs);
    }

    int events() {
        return events.size();
    }

    /** How often an event was on its topic again, by topic. */
    Map<String, Integer> repeats() {
        return repeats;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
