package io.barecount.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.ServiceAlone;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = {
            "The ledger's own way from the topics to signed entries, beside COPY of the same bytes into a plain table; how far its",
            "checkpoint is behind; and proofs, search and the check of all entries at that size."
        })
final class LedgerBenchmark implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Option(names = "--entries", defaultValue = "1000000", description = "Entries (default: ${DEFAULT-VALUE}).")
    private long entries;

    @Option(
            names = "--warm-up",
            defaultValue = "100000",
            description = "Of these, appended before measuring (default: ${DEFAULT-VALUE}).")
    private long warmUp;

    @Option(
            names = "--requests",
            defaultValue = "2000",
            description = "Proofs and searches (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--rate",
            defaultValue = "1000",
            description = "Events a second while the checkpoint's delay is measured (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * @param appendPerSecond from the first entry that is measured to the checkpoint over the last
     * @param copyPerSecond the same leaves, by COPY
     * @param check how many entries were checked against all that was kept and signed of them, and how long it took
     * @param checkpointDelayMs from an event's acknowledgement by the broker to the checkpoint that covers it
     */
    record Result(
            long entries,
            double appendPerSecond,
            double copyPerSecond,
            double ratio,
            Map<String, Double> checkpointDelayMs,
            Map<String, Double> proofMs,
            Map<String, Double> searchMs,
            Map<String, Double> check) {}

    @Override
    public Integer call() throws Exception {
        var home = Path.of(System.getProperty("barecount.home"));
        var directory = BenchDirectory.create(home);
        try (var ledger = new ServiceAlone("ledger-service", home, new DataDirectory(directory))) {
            Runtime.getRuntime().addShutdownHook(new Thread(ledger::close, "stop"));
            print(measure(ledger));
            return 0;
        } finally {
            BenchDirectory.delete(directory);
        }
    }

    private Result measure(ServiceAlone ledger) throws Exception {
        var runs = new ArrayList<RunId>();
        try (var producer = producer(ledger.bootstrapServers())) {
            var events = new RunEvents();
            say("telling " + entries + " events to the broker");
            while (runs.size() * (long) RunEvents.COUNT < entries) {
                var run = new RunId(UUID.randomUUID());
                runs.add(run);
                events.of(run, Instant.now()).forEach(producer::send);
            }
        }
        var told = runs.size() * (long) RunEvents.COUNT;
        var instance = ledger.start("ledger-service", Map.of());
        ServiceAlone.awaitReady(instance);
        var from = awaitSize(instance.address(), warmUp);
        var began = System.nanoTime();
        say("appending from " + from);
        awaitSize(instance.address(), told);
        var seconds = (System.nanoTime() - began) / 1e9;
        var perSecond = (told - from) / seconds;
        say("appended %d in %.1f s: %.0f/s".formatted(told - from, seconds, perSecond));
        awaitRecords(instance.address(), runs.get(runs.size() - 1));
        say("audit records complete %.1f s after the beginning".formatted((System.nanoTime() - began) / 1e9));
        var delay = checkpointDelay(ledger, instance.address());
        var random = new SplittableRandom(7);
        say("proofs and searches");
        var proofs = latencies(() -> instance.address() + "/ledger/entries/" + random.nextLong(told));
        var searches =
                latencies(() -> instance.address() + "/ledger/entries?run=" + runs.get(random.nextInt(runs.size())));
        var check = check(ledger, instance);
        double copy;
        try (var connection = ledger.connect()) {
            copy = CopyLimit.rowsPerSecond(connection, told);
        }
        return new Result(
                told,
                round(perSecond),
                round(copy),
                Math.round(perSecond / copy * 1000) / 1000.0,
                percentiles(delay),
                percentiles(proofs),
                percentiles(searches),
                check);
    }

    /** As it is done in the background, but without a pace; by a new process, so that nothing is warm. Returns milliseconds. */
    private Map<String, Double> check(ServiceAlone ledger, ServiceAlone.Instance running) throws Exception {
        say("the check of all entries");
        running.process().destroy();
        running.process().waitFor();
        var instance = ledger.start(
                running.name(),
                Map.of(
                        "BARECOUNT_LEDGER_CHECK_RECENT_EVERY", "PT1S",
                        "BARECOUNT_LEDGER_CHECK_ALL_EVERY", "PT0S",
                        "BARECOUNT_LEDGER_CHECK_ENTRIES_PER_SECOND", "0"));
        ServiceAlone.awaitReady(instance);
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var all = Json.read(get(instance.address() + "/ledger/findings"), JsonNode.class)
                    .path("all");
            if (all.path("entries").asLong() > 0) {
                if (all.path("findings").asInt() > 0) {
                    throw new IOException("the check of all entries came to findings: " + all);
                }
                return Map.of("entries", all.path("entries").asDouble(), "ms", (double)
                        Duration.parse(all.path("took").asText()).toMillis());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("no check of all entries ended within " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static KafkaProducer<String, byte[]> producer(String broker) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        2,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** At a steady rate, run by run; each run's last event is waited for. */
    private Histogram checkpointDelay(ServiceAlone ledger, String address) throws Exception {
        say("the checkpoint's delay at " + rate + " events/s");
        var histogram = histogram();
        var events = new RunEvents();
        var size = size(address);
        try (var producer = producer(ledger.bootstrapServers())) {
            var interval = TimeUnit.SECONDS.toNanos(RunEvents.COUNT) / rate;
            var next = System.nanoTime();
            for (var i = 0; i < 10 * rate / RunEvents.COUNT; i++) {
                next += interval;
                for (var sent : events.of(new RunId(UUID.randomUUID()), Instant.now()).stream()
                        .map(producer::send)
                        .toList()) {
                    sent.get();
                }
                size += RunEvents.COUNT;
                var acknowledged = System.nanoTime();
                awaitSize(address, size);
                histogram.recordValue((System.nanoTime() - acknowledged) / 1000);
                while (System.nanoTime() < next) {
                    TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                }
            }
        }
        return histogram;
    }

    private interface Address {
        String next();
    }

    private Histogram latencies(Address addresses) throws IOException, InterruptedException {
        for (var i = 0; i < requests / 4; i++) {
            get(addresses.next());
        }
        var histogram = histogram();
        for (var i = 0; i < requests; i++) {
            var address = addresses.next();
            var began = System.nanoTime();
            get(address);
            histogram.recordValue((System.nanoTime() - began) / 1000);
        }
        return histogram;
    }

    private static Histogram histogram() {
        return new Histogram(TimeUnit.MINUTES.toMicros(5), 3);
    }

    private String get(String address) throws IOException, InterruptedException {
        var answer = http.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(address + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private long size(String address) throws IOException, InterruptedException {
        return Long.parseLong(get(address + "/ledger/checkpoint").split("\n", 3)[1]);
    }

    private long awaitSize(String address, long size) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        for (var found = size(address); ; found = size(address)) {
            if (found >= size) {
                return found;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the log holds " + found + " of " + size + " entries after " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void awaitRecords(String address, RunId last) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(address + "/ledger/runs/" + last))
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() == 200
                    && Json.read(answer.body(), JsonNode.class).path("entries").asInt() == RunEvents.COUNT) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the audit record of " + last + " is not complete after " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static Map<String, Double> percentiles(Histogram histogram) {
        return new java.util.TreeMap<>(Map.of(
                "p50", histogram.getValueAtPercentile(50) / 1e3,
                "p99", histogram.getValueAtPercentile(99) / 1e3,
                "max", histogram.getMaxValue() / 1e3));
    }

    private void print(Result result) {
        if (json) {
            System.out.println(Json.tree(result).toPrettyString());
            return;
        }
        System.out.printf(
                "%d entries: appended %.0f/s, COPY of the same leaves %.0f/s, ratio %.3f%n",
                result.entries(), result.appendPerSecond(), result.copyPerSecond(), result.ratio());
        System.out.printf(
                "check of all %.0f entries: %.1f s%n",
                result.check().get("entries"), result.check().get("ms") / 1000);
        for (var line : List.of(
                Map.entry("checkpoint behind", result.checkpointDelayMs()),
                Map.entry("inclusion proof", result.proofMs()),
                Map.entry("search by run", result.searchMs()))) {
            System.out.printf(
                    "%-18s p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                    line.getKey(),
                    line.getValue().get("p50"),
                    line.getValue().get("p99"),
                    line.getValue().get("max"));
        }
    }

    private static double round(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
