package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.ServiceAlone;
import io.barecount.embedded.platform.ServiceAlone.Instance;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records and deliveries while two instances that share them, and their database, are killed. {@code -Dbarecount.campaign.minutes=10} makes the
 * kills go on for as long; {@code -Dbarecount.campaign.seed} repeats a choice of victims.
 */
class TriggersIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final double MINUTES = Double.parseDouble(System.getProperty("barecount.campaign.minutes", "0.4"));
    private static final long SEED = Long.getLong("barecount.campaign.seed", System.nanoTime());
    private static final Map<String, String> TRIGGERS = Map.of(
            "single", "- kafka: {name: orders, topic: commerce.single, from: earliest}",
            "batched",
                    "- kafka: {name: orders, topic: commerce.batched, from: earliest, batch: {records: 7, within: PT2S}}",
            "hooked", "- webhook: {name: orders, secret: \"file:orders-webhook\", batch: {events: 7, within: PT2S}}");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    private final Path home =
            Path.of(System.getProperty("barecount.home", "..")).toAbsolutePath().normalize();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AtomicReference<Instance>> instances = new ArrayList<>();
    private ServiceAlone intake;

    @BeforeEach
    void start() throws Exception {
        intake = new ServiceAlone("manifest-service", home, new DataDirectory(directory));
        try (var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, intake.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic("commerce.single", 4, (short) 1),
                            new NewTopic("commerce.batched", 4, (short) 1)))
                    .all()
                    .get();
        }
        for (var name : List.of("manifest-1", "manifest-2")) {
            instances.add(new AtomicReference<>(intake.start(name, Map.of())));
            ServiceAlone.awaitReady(instances.getLast().get());
        }
        for (var trigger : TRIGGERS.entrySet()) {
            register(trigger.getKey(), trigger.getValue());
        }
    }

    @AfterEach
    void stop() {
        intake.close();
    }

    private void register(String pipeline, String trigger) throws IOException, InterruptedException {
        var manifest = Files.readString(home.resolve("examples/manifests/orders-webhook.yaml"))
                .replace("name: orders-webhook", "name: " + pipeline)
                .replaceFirst("- webhook:\n(        .*\n)+", Matcher.quoteReplacement(trigger + "\n"));
        var answer = http.send(
                HttpRequest.newBuilder(
                                URI.create(instances.getFirst().get().address() + "/pipelines/commerce/" + pipeline))
                        .header("Content-Type", "application/yaml")
                        .PUT(BodyPublishers.ofString(manifest))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @Test
    void eachIsInExactlyOneRunWhateverIsKilled() throws Exception {
        var stopped = new AtomicReference<>(false);
        var written = new int[2];
        var records = load(stopped, written, 0, this::write);
        var deliveries = load(stopped, written, 1, this::deliver);

        var kills = kill();
        stopped.set(true);
        for (var instance : instances) {
            await().atMost(PATIENCE).until(() -> isReadyAtLast(instance));
        }
        records.join();
        deliveries.join();
        System.out.println("killed " + kills + " (seed " + SEED + ") while " + written[0]
                + " records were written to each topic, and " + written[1] + " deliveries taken");

        assertThat(written[0]).isGreaterThan(100);
        assertThat(written[1]).isPositive();
        assertEachIsInOneRun("single", written[0]);
        assertEachIsInOneRun("batched", written[0]);
        assertEachIsInOneRun("hooked", written[1]);
    }

    /** One after the other, each until it is known to be taken. */
    private Thread load(AtomicReference<Boolean> stopped, int[] written, int index, BiConsumer<Integer, Producer> one) {
        return Thread.ofPlatform().start(() -> {
            try (var producer = new Producer(intake.bootstrapServers())) {
                while (!stopped.get()) {
                    one.accept(written[index], producer);
                    written[index]++;
                }
            }
        });
    }

    private record Producer(KafkaProducer<String, byte[]> client) implements AutoCloseable {
        Producer(String broker) {
            this(new KafkaProducer<>(
                    Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker, ProducerConfig.ACKS_CONFIG, "all"),
                    new StringSerializer(),
                    new ByteArraySerializer()));
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private void write(int number, Producer producer) {
        try {
            for (var topic : List.of("commerce.single", "commerce.batched")) {
                producer.client()
                        .send(new ProducerRecord<>(
                                topic, "k" + number, Integer.toString(number).getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (Exception e) {
            throw new AssertionError("the broker, which nobody killed, did not take a record", e);
        }
    }

    /** As a publisher does it: until it is answered 202, by whoever answers. */
    private void deliver(int number, Producer unused) {
        for (var attempt = 0; ; attempt++) {
            var to = instances.get(attempt % instances.size()).get().address();
            try {
                var body = Integer.toString(number);
                var request = HttpRequest.newBuilder(URI.create(to + "/webhooks/commerce/orders"))
                        .timeout(Duration.ofSeconds(10))
                        .POST(BodyPublishers.ofString(body));
                signed("msg_" + number, body).forEach(request::header);
                if (http.send(request.build(), BodyHandlers.discarding()).statusCode() == 202) {
                    TimeUnit.MILLISECONDS.sleep(20);
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (IOException e) {
                // It was killed: the other one is asked.
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private Map<String, String> signed(String id, String body) throws IOException {
        var secret = Files.readString(intake.data().secrets().resolve("orders-webhook"))
                .strip()
                .replace("whsec_", "");
        var at = Long.toString(Instant.now().getEpochSecond());
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), mac.getAlgorithm()));
            var code = mac.doFinal((id + "." + at + "." + body).getBytes(StandardCharsets.UTF_8));
            return Map.of(
                    "webhook-id", id,
                    "webhook-timestamp", at,
                    "webhook-signature", "v1," + Base64.getEncoder().encodeToString(code));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Integer> kill() throws Exception {
        var random = new SplittableRandom(SEED);
        var kills = new HashMap<String, Integer>();
        var until = System.nanoTime() + (long) (MINUTES * TimeUnit.MINUTES.toNanos(1));
        while (System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1000, 5000));
            if (random.nextInt(4) == 0) {
                intake.killPostgres();
                intake.startPostgres();
                kills.merge("PostgreSQL", 1, Integer::sum);
                continue;
            }
            var victim = instances.get(random.nextInt(instances.size()));
            victim.get().process().destroyForcibly().waitFor();
            victim.set(intake.start(victim.get().name(), Map.of()));
            kills.merge(victim.get().name(), 1, Integer::sum);
        }
        return kills;
    }

    /** One that found its database killed while it started ends, and may take its time for that. */
    private boolean isReadyAtLast(AtomicReference<Instance> instance) throws IOException {
        if (!instance.get().process().isAlive()) {
            instance.set(intake.start(instance.get().name(), Map.of()));
        }
        return instance.get().isReady();
    }

    private void assertEachIsInOneRun(String pipeline, int count) {
        var wanted = IntStream.range(0, count).mapToObj(Integer::toString).toList();
        await().atMost(PATIENCE).untilAsserted(() -> {
            var runs = runs(pipeline);
            assertThat(runs.values().stream().flatMap(List::stream).toList())
                    .containsExactlyInAnyOrderElementsOf(wanted);
            assertThat(accepted()).containsAll(runs.keySet());
        });
    }

    /** What each run was given; a repeated event says the same. */
    private Map<String, List<String>> runs(String pipeline) {
        var runs = new HashMap<String, List<String>>();
        for (var record : all(Topic.SUBMISSIONS)) {
            if (("commerce/" + pipeline).equals(record.key())) {
                var submitted = Json.read(record.value(), JsonNode.class);
                var content = content(submitted.at("/body/payload").asText());
                var before = runs.put(submitted.path("run").asText(), content);
                assertThat(before == null || before.equals(content)).isTrue();
            }
        }
        return runs;
    }

    private static List<String> content(String payload) {
        if (!payload.startsWith("[")) {
            return List.of(payload);
        }
        var content = new ArrayList<String>();
        Json.read(payload, JsonNode.class)
                .forEach(entry -> content.add(
                        entry.path(entry.has("body") ? "body" : "value").asText()));
        return content;
    }

    private Set<String> accepted() {
        var accepted = new HashSet<String>();
        all(Topic.MANIFESTS).forEach(record -> accepted.add(record.key()));
        return accepted;
    }

    private List<ConsumerRecord<String, byte[]>> all(Topic topic) {
        var all = new ArrayList<ConsumerRecord<String, byte[]>>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, intake.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(topic.topicName(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
        }
        return all;
    }
}
