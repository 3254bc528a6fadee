package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.benchmarks.RunEvents;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.ServiceAlone;
import io.barecount.embedded.platform.ServiceAlone.Instance;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger while what it runs on is killed under load. {@code -Dbarecount.campaign.minutes=10} makes the kills go on for as long;
 * {@code -Dbarecount.campaign.seed} repeats a choice of victims.
 */
class LedgerFaultsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** On a machine of its own it is 10. */
    private static final Duration FAIL_OVER_MAX =
            Duration.ofSeconds(Integer.getInteger("barecount.campaign.fail-over-seconds", 60));

    private static final double MINUTES = Double.parseDouble(System.getProperty("barecount.campaign.minutes", "0.2"));
    private static final long SEED = Long.getLong("barecount.campaign.seed", System.nanoTime());
    private static final int RUNS_PER_SECOND = 20;
    private static final Map<String, String> CHECK_ALL_THE_TIME = Map.of(
            "BARECOUNT_LEDGER_CHECK_RECENT_EVERY", "PT1S",
            "BARECOUNT_LEDGER_CHECK_ALL_EVERY", "PT1S",
            "BARECOUNT_LEDGER_CHECK_ENTRIES_PER_SECOND", "0");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private ServiceAlone ledger;
    private Load load;

    /** Tells events, and remembers which of them the broker has. */
    private static final class Load implements AutoCloseable {
        private final RunEvents events = new RunEvents();
        private final KafkaProducer<String, byte[]> producer;
        private final AtomicLong acknowledged = new AtomicLong();
        private final Map<String, Long> latestByPartition = Collections.synchronizedMap(new HashMap<>());
        private final Thread thread = Thread.ofPlatform().name("load").unstarted(this::run);
        private volatile boolean stopped;
        private volatile Exception failure;
        private long told;

        Load(String broker) {
            producer = new KafkaProducer<>(
                    Map.of(
                            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            broker,
                            ProducerConfig.ACKS_CONFIG,
                            "all",
                            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                            true,
                            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                            180_000,
                            ProducerConfig.MAX_BLOCK_MS_CONFIG,
                            180_000),
                    new StringSerializer(),
                    new ByteArraySerializer());
            thread.start();
        }

        private void run() {
            while (!stopped) {
                for (var event : events.of(new RunId(UUID.randomUUID()), Instant.now())) {
                    told++;
                    producer.send(event, (place, failed) -> {
                        if (failed != null) {
                            failure = failed;
                        } else {
                            acknowledged.incrementAndGet();
                            latestByPartition.put(place.topic() + "-" + place.partition(), place.offset());
                        }
                    });
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(1000 / RUNS_PER_SECOND);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        /** Returns how many events the broker has, once it has all. */
        long end() throws InterruptedException {
            stopped = true;
            thread.join();
            producer.flush();
            assertThat(failure).isNull();
            assertThat(acknowledged.get()).isEqualTo(told);
            return told;
        }

        @Override
        public void close() {
            stopped = true;
            producer.close(Duration.ZERO);
        }
    }

    @BeforeEach
    void start() throws Exception {
        ledger = new ServiceAlone(
                "ledger-service",
                Path.of(System.getProperty("barecount.home", ".."))
                        .toAbsolutePath()
                        .normalize(),
                new DataDirectory(directory));
        load = new Load(ledger.bootstrapServers());
    }

    @AfterEach
    void stop() {
        load.close();
        ledger.close();
    }

    @Test
    void whenOneOfTwoInstancesIsKilledTheOtherGoesOnWithinSeconds() throws Exception {
        var one = ledger.start("ledger-1", Map.of());
        ServiceAlone.awaitReady(one);
        var other = ledger.start("ledger-2", CHECK_ALL_THE_TIME);
        ServiceAlone.awaitReady(other);
        await().atMost(PATIENCE).until(() -> lag(one) != null && lag(other) != null);

        one.process().destroyForcibly().waitFor();
        var killed = System.nanoTime();
        var wanted = new HashMap<>(load.latestByPartition);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(missing(wanted)).isEmpty());
        var took = Duration.ofNanos(System.nanoTime() - killed);
        System.out.println("all partitions went on " + took.toMillis() + " ms after the kill");

        assertThat(took).isLessThan(FAIL_OVER_MAX);
        assertEveryEventIsOneEntry(load.end(), other);
    }

    @Test
    void whatIsKilledAtRandomLosesAndRepeatsNothing() throws Exception {
        var instance = ledger.start("ledger-1", CHECK_ALL_THE_TIME);
        ServiceAlone.awaitReady(instance);
        var random = new SplittableRandom(SEED);
        var kills = new HashMap<String, Integer>();
        var until = System.nanoTime() + (long) (MINUTES * TimeUnit.MINUTES.toNanos(1));
        while (System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(500, 4000));
            var victim = List.of("ledger-service", "PostgreSQL", "broker").get(random.nextInt(3));
            kills.merge(victim, 1, Integer::sum);
            switch (victim) {
                case "ledger-service" -> {
                    instance.process().destroyForcibly().waitFor();
                    instance = ledger.start("ledger-1", CHECK_ALL_THE_TIME);
                }
                case "PostgreSQL" -> {
                    ledger.killPostgres();
                    ledger.startPostgres();
                }
                default -> {
                    ledger.killBroker();
                    ledger.startBroker();
                }
            }
            if (!instance.process().isAlive()) {
                instance = ledger.start("ledger-1", CHECK_ALL_THE_TIME);
            }
        }
        var told = load.end();
        var last = new AtomicReference<>(instance);
        await().atMost(PATIENCE).until(() -> isReadyAtLast(last));
        System.out.println("killed " + kills + " (seed " + SEED + ") while " + told + " events were told");

        assertEveryEventIsOneEntry(told, last.get());
    }

    /** One that found its database killed while it started ends, and may take its time for that. */
    private boolean isReadyAtLast(AtomicReference<Instance> last) throws IOException {
        if (!last.get().process().isAlive()) {
            last.set(ledger.start("ledger-1", CHECK_ALL_THE_TIME));
        }
        return last.get().isReady();
    }

    private void assertEveryEventIsOneEntry(long told, Instance instance) throws Exception {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(
                        () -> assertThat(number("select count(*) from entries")).isGreaterThanOrEqualTo(told));
        assertThat(number("select count(*) from entries")).isEqualTo(told);
        assertThat(
                        number(
                                "select count(distinct convert_from(leaf, 'UTF8')::json -> 'headers' ->> 'ce_id') from entries"))
                .isEqualTo(told);
        assertThat(number("select max(seq) + 1 from entries")).isEqualTo(told);
        assertThat(number("""
                                select count(*) from (
                                    select number, lag(number) over (partition by run, topic order by seq) as before from (
                                        select run, topic, seq,
                                               (convert_from(leaf, 'UTF8')::json -> 'headers' ->> 'ce_sequence')::bigint as number
                                        from entries) numbered) ordered
                                where number < before""")).isZero();
        await().atMost(PATIENCE)
                .until(() -> instance.isReady()
                        && findings(instance).path("all").path("entries").asLong() == told);
        assertThat(findings(instance).path("findings")).isEmpty();
        await().atMost(PATIENCE)
                .until(() -> number("select sum((record::json ->> 'entries')::bigint) from audit_runs") == told);
    }

    /** Partitions that are not yet recorded up to these offsets. */
    private Set<String> missing(Map<String, Long> wanted) throws SQLException {
        var recorded = new HashMap<String, Long>();
        try (var connection = ledger.connect();
                var rows = connection
                        .createStatement()
                        .executeQuery(
                                "select topic || '-' || kafka_partition, max(kafka_offset) from entries group by 1")) {
            while (rows.next()) {
                recorded.put(rows.getString(1), rows.getLong(2));
            }
        }
        return wanted.entrySet().stream()
                .filter(each -> recorded.getOrDefault(each.getKey(), -1L) <= each.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private long number(String query) throws SQLException {
        try (var connection = ledger.connect();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private Long lag(Instance instance) throws IOException, InterruptedException {
        var lag = get(instance, "/ledger/stats").path("lag");
        return lag.isNumber() ? lag.asLong() : null;
    }

    private JsonNode findings(Instance instance) throws IOException, InterruptedException {
        return get(instance, "/ledger/findings");
    }

    private JsonNode get(Instance instance, String path) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(instance.address() + path)).build();
        return Json.read(http.send(request, BodyHandlers.ofString()).body(), JsonNode.class);
    }
}
