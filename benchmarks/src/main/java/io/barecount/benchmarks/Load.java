package io.barecount.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.Topic;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.run.RunEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
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

/** Submits runs as a publisher on Kafka does, and watches what becomes of them. */
final class Load implements AutoCloseable {
    private static final Duration END_MAX = Duration.ofMinutes(5);
    private static final Duration STEADY = Duration.ofSeconds(5);
    private static final String STARTED = EventTypes.typeOf(ExecutionEvent.Started.class);
    private static final String START = EventTypes.typeOf(DispatchEvent.Start.class);
    private static final Set<String> REFUSED =
            Set.of(EventTypes.typeOf(RunEvent.Denied.class), EventTypes.typeOf(RunEvent.Rejected.class));
    private static final Set<String> TERMINAL = Set.of(
            EventTypes.typeOf(RunEvent.Succeeded.class),
            EventTypes.typeOf(RunEvent.Failed.class),
            EventTypes.typeOf(RunEvent.Denied.class),
            EventTypes.typeOf(RunEvent.Rejected.class));
    private static final List<Topic> CHAIN =
            List.of(Topic.SUBMISSIONS, Topic.MANIFESTS, Topic.DECISIONS, Topic.DISPATCHES, Topic.EXECUTIONS);

    private final String ledger;
    private final byte[] manifest;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> watcher;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<TopicPartition> recorded;

    Load(String broker, String ledger, String manifest) {
        this.ledger = ledger;
        this.manifest = manifest.getBytes(StandardCharsets.UTF_8);
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024),
                new StringSerializer(),
                new ByteArraySerializer());
        this.watcher = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        this.recorded = Arrays.stream(Topic.values())
                .filter(topic -> topic != Topic.CHECKPOINTS)
                .flatMap(topic -> partitions(topic).stream())
                .toList();
    }

    private List<TopicPartition> partitions(Topic topic) {
        return watcher.partitionsFor(topic.topicName()).stream()
                .map(info -> new TopicPartition(topic.topicName(), info.partition()))
                .toList();
    }

    /** Runs per second, from the first submission to the last entry in the ledger. */
    double runToLedger(int runs) throws IOException, InterruptedException {
        watchFromNow(List.of(Topic.RUNS));
        var began = System.nanoTime();
        var open = new HashSet<String>();
        for (var i = 0; i < runs; i++) {
            open.add(submit());
        }
        producer.flush();
        await(open, TERMINAL);
        return runs / ((awaitLedger() - began) / 1e9);
    }

    /** Submits runs, and returns when all of them are admitted. */
    void queue(int runs) {
        watchFromNow(List.of(Topic.RUNS));
        var open = new HashSet<String>();
        for (var i = 0; i < runs; i++) {
            open.add(submit());
        }
        producer.flush();
        await(open, Set.of(EventTypes.typeOf(RunEvent.Queued.class)));
    }

    /**
     * Where the time goes, in microseconds.
     *
     * @param toRunner from a submission's time to the start that the gateway reports
     * @param hops from a record's time to that of the first that follows it on the next topic of the chain, by that topic's name
     */
    record Latency(Histogram toRunner, Map<String, Histogram> hops) {
        static Latency of(Map<String, Instant> submitted, List<ConsumerRecord<String, byte[]>> records) {
            var latency = new Latency(histogram(), new LinkedHashMap<>());
            var times = new HashMap<String, Map<String, Long>>();
            for (var record : records) {
                times.computeIfAbsent(record.key(), run -> new HashMap<>())
                        .merge(record.topic(), record.timestamp(), Math::min);
                if (STARTED.equals(typeOf(record))) {
                    var start = Json.read(record.value(), ExecutionEvent.Started.class)
                            .at();
                    var micros =
                            Duration.between(submitted.get(record.key()), start).toNanos() / 1000;
                    latency.toRunner.recordValue(Math.max(0, micros));
                }
            }
            for (var i = 1; i < CHAIN.size(); i++) {
                var from = CHAIN.get(i - 1).topicName();
                var to = CHAIN.get(i).topicName();
                var hop = latency.hops.computeIfAbsent(to, topic -> histogram());
                times.values().stream()
                        .filter(of -> of.containsKey(from) && of.containsKey(to))
                        .forEach(of -> hop.recordValue(Math.max(0, (of.get(to) - of.get(from)) * 1000)));
            }
            return latency;
        }

        private static Histogram histogram() {
            return new Histogram(TimeUnit.MINUTES.toMicros(5), 3);
        }
    }

    /** At a steady rate. */
    Latency latency(int perSecond, int runs) {
        watchFromNow(CHAIN);
        var submitted = submit(perSecond, runs);
        return Latency.of(submitted, await(new HashSet<>(submitted.keySet()), Set.of(STARTED)));
    }

    /** At a steady rate; returns when each run was dispatched, in milliseconds since the epoch. */
    Map<String, Long> dispatched(int perSecond, int runs) {
        watchFromNow(List.of(Topic.DISPATCHES, Topic.RUNS));
        var submitted = submit(perSecond, runs);
        return await(new HashSet<>(submitted.keySet()), Set.of(START)).stream()
                .filter(record -> START.equals(typeOf(record)))
                .collect(Collectors.toMap(ConsumerRecord::key, ConsumerRecord::timestamp, Math::min));
    }

    private Map<String, Instant> submit(int perSecond, int runs) {
        var submitted = new HashMap<String, Instant>();
        var interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        var next = System.nanoTime();
        for (var i = 0; i < runs; i++) {
            while (System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            next += interval;
            var now = Instant.now();
            submitted.put(submit(), now);
        }
        return submitted;
    }

    /** Sends one submission; returns its run. */
    private String submit() {
        var run = UUID.randomUUID().toString();
        var record = new ProducerRecord<>(Topic.SUBMISSIONS.topicName(), run, manifest);
        Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", run,
                        "ce_source", "/bench",
                        "ce_type", "io.barecount.bench.submitted",
                        "content-type", "application/yaml")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.send(record);
        return run;
    }

    private void watchFromNow(List<Topic> topics) {
        var partitions =
                topics.stream().flatMap(topic -> partitions(topic).stream()).toList();
        watcher.assign(partitions);
        watcher.seekToEnd(partitions);
        partitions.forEach(watcher::position);
    }

    /** All records until there is one of these types for each run. */
    private List<ConsumerRecord<String, byte[]>> await(Set<String> open, Set<String> types) {
        var found = new ArrayList<ConsumerRecord<String, byte[]>>();
        var deadline = System.nanoTime() + END_MAX.toNanos();
        while (!open.isEmpty()) {
            for (var record : watcher.poll(Duration.ofMillis(50))) {
                found.add(record);
                if (REFUSED.contains(typeOf(record))) {
                    throw new IllegalStateException(
                            "a run was refused: " + new String(record.value(), StandardCharsets.UTF_8));
                }
                if (types.contains(typeOf(record))) {
                    open.remove(record.key());
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(open.size() + " runs did not come through within " + END_MAX);
            }
        }
        return found;
    }

    private static String typeOf(ConsumerRecord<String, byte[]> record) {
        return new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
    }

    /**
     * Until the ledger holds as many entries as the topics hold records, or grows no more: a record that repeats another is no entry.
     *
     * @return when it last grew
     */
    long awaitLedger() throws IOException, InterruptedException {
        var wanted = watcher.endOffsets(recorded).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        var deadline = System.nanoTime() + END_MAX.toNanos();
        var size = ledgerSize();
        var grown = System.nanoTime();
        while (size < wanted && System.nanoTime() - grown < STEADY.toNanos()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the ledger holds " + size + " entries, the topics " + wanted + " records");
            }
            TimeUnit.MILLISECONDS.sleep(10);
            var now = ledgerSize();
            if (now > size) {
                size = now;
                grown = System.nanoTime();
            }
        }
        return grown;
    }

    private long ledgerSize() throws IOException, InterruptedException {
        var answer =
                http.send(HttpRequest.newBuilder(URI.create(ledger)).build(), HttpResponse.BodyHandlers.ofString());
        return Json.read(answer.body(), JsonNode.class).path("size").asLong();
    }

    /** Mean size in bytes of a record's value on each topic of the chain. */
    List<Integer> meanSizes() {
        return CHAIN.stream().map(this::meanSize).toList();
    }

    private int meanSize(Topic topic) {
        var partition = partitions(topic).get(0);
        watcher.assign(List.of(partition));
        watcher.seekToBeginning(List.of(partition));
        var bytes = 0L;
        var records = 0;
        for (var record : watcher.poll(Duration.ofSeconds(5))) {
            bytes += record.value().length;
            records++;
        }
        if (records == 0) {
            throw new IllegalStateException("no record on " + topic.topicName());
        }
        return (int) (bytes / records);
    }

    @Override
    public void close() {
        producer.close();
        watcher.close();
    }
}
