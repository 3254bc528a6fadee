package io.barecount.benchmarks;

import com.sun.net.httpserver.HttpServer;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import io.barecount.embedded.platform.ServiceAlone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "accept",
        mixinStandardHelpOptions = true,
        description =
                "Submissions by HTTP until each is durable and answered, manifest-service alone or with all that comes after it on the same machine; beside an endpoint that does nothing but answer.")
final class AcceptBenchmark implements Callable<Integer> {
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    private static final int ROUNDS = 3;
    private static final String INTAKE = "manifest-service";

    @Option(names = "--connections", defaultValue = "64", description = "Calls at once (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--seconds", defaultValue = "5", description = "Length of each round (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rate",
            defaultValue = "500",
            description = "Calls a second for latency (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--whole",
            description = "Through the front door of the whole platform, which runs what it accepts meanwhile.")
    private boolean whole;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /**
     * @param acceptedPerSecond median of the rounds, as many calls at once as they take
     * @param bareAnswersPerSecond of an endpoint that reads as much and answers 202, by the same client, in turn with the other
     * @param cpuMsPerAccepted of all processes that took part in accepting, whatever else the machine did
     * @param latencyMs at the rate, from when a call was due: what waits behind a slow one counts
     */
    record Result(
            double acceptedPerSecond,
            double bareAnswersPerSecond,
            double ratio,
            double cpuMsPerAccepted,
            int rate,
            Map<String, Double> latencyMs,
            Map<String, Double> bareLatencyMs) {}

    @Override
    public Integer call() throws Exception {
        var home = Path.of(System.getProperty("barecount.home"));
        var directory = BenchDirectory.create(home);
        var bare = bareEndpoint();
        var manifest = Files.readString(home.resolve("examples/manifests/orders-webhook.yaml"));
        var answer = new Calls("http://127.0.0.1:" + bare.getAddress().getPort() + "/", manifest);
        try (var accepting = whole ? platform(home, directory) : intake(home, directory)) {
            Runtime.getRuntime().addShutdownHook(new Thread(accepting::close, "stop"));
            print(measure(new Calls(accepting.address() + "/submissions", manifest), answer));
            return 0;
        } finally {
            bare.stop(0);
            http.shutdownNow();
            BenchDirectory.delete(directory);
        }
    }

    /** What accepts, and how it is ended. */
    private record Accepting(String address, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    private static Accepting platform(Path home, Path directory) throws IOException, InterruptedException {
        var noop = Map.of("runner-gateway", Map.of("BARECOUNT_GATEWAY_PROVIDER", "noop"));
        var platform = Platform.start(
                new Platform.Options(home, new DataDirectory(directory), null, noop, AcceptBenchmark::say));
        return new Accepting(platform.state().frontDoor(), platform::close);
    }

    private static Accepting intake(Path home, Path directory) throws Exception {
        var alone = new ServiceAlone(INTAKE, home, new DataDirectory(directory));
        try {
            var instance = alone.start(INTAKE, Map.of());
            ServiceAlone.awaitReady(instance);
            return new Accepting(instance.address(), alone::close);
        } catch (IOException | InterruptedException e) {
            alone.close();
            throw e;
        }
    }

    private static HttpServer bareEndpoint() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var receipt = "{\"run\":\"00000000-0000-0000-0000-000000000000\"}".getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(202, receipt.length);
                exchange.getResponseBody().write(receipt);
            }
        });
        server.start();
        return server;
    }

    /** Calls of one address, each with a manifest of its own: nothing that was judged before. */
    private record Calls(URI address, String manifest, AtomicLong made) {
        Calls(String address, String manifest) {
            this(URI.create(address), manifest, new AtomicLong());
        }

        HttpRequest next() {
            var own = manifest.replace("system: shop", "system: shop-" + made.incrementAndGet());
            return HttpRequest.newBuilder(address)
                    .timeout(CALL_MAX)
                    .header("Content-Type", "application/yaml")
                    .POST(HttpRequest.BodyPublishers.ofString(own))
                    .build();
        }
    }

    private Result measure(Calls accept, Calls answer) throws InterruptedException, ExecutionException {
        say("warming up");
        for (var i = 0; i < ROUNDS; i++) {
            perSecond(accept);
            perSecond(answer);
        }
        say("measuring rates with " + connections + " calls at once");
        var accepted = new ArrayList<Double>();
        var answered = new ArrayList<Double>();
        var cpu = new ArrayList<Double>();
        for (var i = 0; i < ROUNDS; i++) {
            var cpuBefore = cpu();
            var madeBefore = accept.made().get();
            accepted.add(perSecond(accept));
            cpu.add(cpu().minus(cpuBefore).toNanos() / 1e6 / (accept.made().get() - madeBefore));
            answered.add(perSecond(answer));
        }
        say("measuring latency at " + rate + " calls/s");
        var bareLatency = latency(answer);
        var latency = latency(accept);
        return new Result(
                median(accepted),
                median(answered),
                Math.round(median(accepted) / median(answered) * 1000) / 1000.0,
                median(cpu),
                rate,
                percentiles(latency),
                percentiles(bareLatency));
    }

    private static Duration cpu() {
        return ProcessHandle.current()
                .descendants()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private double perSecond(Calls calls) throws InterruptedException, ExecutionException {
        var done = new LongAdder();
        var began = System.nanoTime();
        var until = began + TimeUnit.SECONDS.toNanos(seconds);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var callers = new ArrayList<Future<?>>();
            for (var i = 0; i < connections; i++) {
                callers.add(threads.submit(() -> {
                    while (System.nanoTime() < until) {
                        send(calls.next());
                        done.increment();
                    }
                    return null;
                }));
            }
            for (var caller : callers) {
                caller.get();
            }
        }
        return done.sum() / ((System.nanoTime() - began) / 1e9);
    }

    private Histogram latency(Calls calls) throws InterruptedException, ExecutionException {
        var latency = new ConcurrentHistogram(CALL_MAX.multipliedBy(2).toNanos() / 1000, 3);
        var number = rate * seconds * 2;
        var interval = TimeUnit.SECONDS.toNanos(1) / rate;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var going = new ArrayList<Future<?>>();
            var due = System.nanoTime();
            for (var i = 0; i < number; i++) {
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                var since = due;
                going.add(threads.submit(() -> {
                    send(calls.next());
                    latency.recordValue((System.nanoTime() - since) / 1000);
                    return null;
                }));
                due += interval;
            }
            for (var call : going) {
                call.get();
            }
        }
        return latency;
    }

    private void send(HttpRequest request) throws IOException, InterruptedException {
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IOException(request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private static Map<String, Double> percentiles(Histogram latency) {
        return Map.of("p50", latency.getValueAtPercentile(50) / 1e3, "p99", latency.getValueAtPercentile(99) / 1e3);
    }

    private static double median(List<Double> values) {
        return Math.round(values.stream().sorted().toList().get(values.size() / 2) * 10) / 10.0;
    }

    private void print(Result result) {
        if (json) {
            System.out.println(Json.tree(result).toPrettyString());
            return;
        }
        System.out.printf(
                "accepted, each durable: %.0f/s%nbare answers: %.0f/s%nratio: %.3f%nprocessor time of all that accepts: %.1f ms each%nat %d/s: p50 %.1f ms, p99 %.1f ms (bare: p50 %.1f ms, p99 %.1f ms)%n",
                result.acceptedPerSecond(),
                result.bareAnswersPerSecond(),
                result.ratio(),
                result.cpuMsPerAccepted(),
                result.rate(),
                result.latencyMs().get("p50"),
                result.latencyMs().get("p99"),
                result.bareLatencyMs().get("p50"),
                result.bareLatencyMs().get("p99"));
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
