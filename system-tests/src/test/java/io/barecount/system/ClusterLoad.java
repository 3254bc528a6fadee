package io.barecount.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Submits at a steady rate by HTTP and by Kafka, as callers do who want each submission to count once: what is not answered is sent
 * again, with the same key.
 */
final class ClusterLoad implements AutoCloseable {
    private static final Duration AGAIN_AFTER = Duration.ofMillis(200);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    private final URI submissions;
    private final String manifest;
    private final KafkaProducer<String, byte[]> producer;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger repeats = new AtomicInteger();
    private final Thread thread;
    private volatile boolean closed;

    ClusterLoad(String frontDoor, String brokers, String manifest, int perSecond) {
        this.submissions = URI.create(frontDoor + "/submissions");
        this.manifest = manifest;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all"), new StringSerializer(), new ByteArraySerializer());
        this.thread = Thread.ofPlatform().name("load").start(() -> submit(perSecond));
    }

    private void submit(int perSecond) {
        var interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        var next = System.nanoTime();
        for (var i = 0; !closed; i++) {
            if (i % 2 == 0) {
                callers.execute(this::byHttp);
            } else {
                byKafka();
            }
            next += interval;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void byHttp() {
        var request = HttpRequest.newBuilder(submissions)
                .header("Content-Type", "application/yaml")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .timeout(ANSWER_MAX)
                .POST(HttpRequest.BodyPublishers.ofString(manifest))
                .build();
        while (true) {
            try {
                var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() / 100 == 2) {
                    accepted.add(
                            Json.read(answer.body(), JsonNode.class).path("run").asText());
                    return;
                }
                if (answer.statusCode() < 500) {
                    throw new AssertionError(answer.statusCode() + ": " + answer.body());
                }
            } catch (IOException notAnswered) {
                // sent again with the same key
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            repeats.incrementAndGet();
            LockSupport.parkNanos(AGAIN_AFTER.toNanos());
        }
    }

    private void byKafka() {
        var run = UUID.randomUUID().toString();
        var record =
                new ProducerRecord<>(Topic.SUBMISSIONS.topicName(), run, manifest.getBytes(StandardCharsets.UTF_8));
        Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", run,
                        "ce_source", "/campaign",
                        "ce_type", "io.barecount.campaign.submitted",
                        "content-type", "application/yaml")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.send(record, (taken, failure) -> {
            if (failure == null) {
                accepted.add(run);
            }
        });
    }

    /** Runs that the platform has promised to end. */
    Set<String> accepted() {
        return Set.copyOf(accepted);
    }

    /** How many HTTP requests had to be sent again. */
    int repeats() {
        return repeats.get();
    }

    /** Returns when everything submitted was answered. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        callers.close();
        producer.close();
        http.close();
    }
}
