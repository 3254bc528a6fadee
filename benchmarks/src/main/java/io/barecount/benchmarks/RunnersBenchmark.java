package io.barecount.benchmarks;

import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import io.barecount.oracle.Network.Route;
import io.barecount.oracle.ProviderOracle;
import io.barecount.oracle.Started;
import io.barecount.oracle.Workloads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "runners",
        mixinStandardHelpOptions = true,
        description = {
            "Runs on Fargate, whose provider is a stand-in on this machine: from the dispatch record to the provider's call, and what",
            "following many of them costs in calls and threads."
        })
final class RunnersBenchmark implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String VPC = "vpc-0a1b2c3d4e5f60002";
    private static final List<String> SUBNETS = List.of("subnet-0a1b2c3d4e5f60013", "subnet-0a1b2c3d4e5f60014");
    private static final String GROUP = "sg-0a1b2c3d4e5f60022";
    private static final String PEERING = "pcx-0a1b2c3d4e5f60032";

    @Option(names = "--live", defaultValue = "2000", description = "Runs to follow (default: ${DEFAULT-VALUE}).")
    private int live;

    @Option(
            names = "--warm-up",
            defaultValue = "1000",
            description = "Of these, started before measuring (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--rate",
            defaultValue = "15",
            description = "Runs a second while latency is measured (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "How long they are followed while calls are counted (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    /**
     * @param dispatchToCallMs from the dispatch record's time to the provider's receipt of the call
     * @param bareMs the same of {@link BareStart}, of the same records at the same time
     * @param callsPerSecond while all are live, of all operations
     * @param threads of the gateway's process
     */
    record Result(
            int live,
            Map<String, Double> dispatchToCallMs,
            Map<String, Double> bareMs,
            double callsPerSecond,
            Map<String, Integer> calls,
            int threadsBefore,
            int threads) {}

    @Override
    public Integer call() throws Exception {
        var home = Path.of(System.getProperty("barecount.home"));
        var directory = BenchDirectory.create(home);
        try (var oracle = ProviderOracle.over(directory.resolve("aws"))
                .workloads(Workloads.manual())
                .start()) {
            network(oracle);
            try (var platform = Platform.start(new Platform.Options(
                    home,
                    new DataDirectory(directory.resolve("data")),
                    null,
                    Map.of("runner-gateway", settings(oracle)),
                    RunnersBenchmark::say))) {
                Runtime.getRuntime().addShutdownHook(new Thread(platform::close, "stop"));
                print(measure(platform, oracle));
            }
            return 0;
        } finally {
            BenchDirectory.delete(directory);
        }
    }

    /** As the example's boundary commerce-core has it. */
    private static void network(ProviderOracle oracle) {
        var network = oracle.network();
        SUBNETS.forEach(subnet -> network.subnet(subnet, VPC, "10.0.0.0/16", false));
        network.securityGroup(GROUP, VPC, List.of("10.0.0.0/16"), List.of())
                .routeTable("rtb-1", VPC, true, List.of(), new Route("10.0.0.0/16", "local"))
                .peering(PEERING, "active", VPC, "vpc-2");
    }

    private static Map<String, String> settings(ProviderOracle oracle) {
        return Map.of(
                "BARECOUNT_GATEWAY_PROVIDER", "aws",
                "BARECOUNT_GATEWAY_AWS_ENDPOINT", oracle.endpoint().toString(),
                "BARECOUNT_GATEWAY_AWS_STORAGE", "s3://runners/data",
                "BARECOUNT_GATEWAY_AWS_FARGATE_IMAGE", "registry.example.com/runner@sha256:" + "0".repeat(64),
                "BARECOUNT_GATEWAY_DRIVE_START_TIMEOUT", "PT1H",
                "AWS_REGION", "eu-central-1",
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test");
    }

    private Result measure(Platform platform, ProviderOracle oracle) throws Exception {
        var threadsBefore = threads(platform);
        try (var load =
                new Load(platform.state().broker(), platform.state().frontDoor() + "/ledger/stats", manifest())) {
            say("starting " + warmUp + " runs");
            load.dispatched(rate, warmUp);
            await(oracle, warmUp);
            say("measuring " + (live - warmUp) + " starts at " + rate + " runs/s");
            platform.postgres().createDatabase("bare", "bare");
            var login = new Properties();
            login.put("user", "bare");
            login.put("password", "bare");
            Histogram latency;
            Histogram bare;
            try (var limit =
                    new BareStart(platform.state().broker(), platform.postgres().url("bare"), login)) {
                var dispatched = load.dispatched(rate, live - warmUp);
                await(oracle, live);
                latency = latency(dispatched, oracle.starts());
                bare = limit.latency(dispatched);
            }
            say("following " + live + " runs for " + seconds + " s");
            oracle.resetCalls();
            TimeUnit.SECONDS.sleep(seconds);
            var calls = new TreeMap<>(oracle.calls());
            var perSecond = calls.values().stream().mapToInt(Integer::intValue).sum() / (double) seconds;
            return new Result(
                    live,
                    percentiles(latency),
                    percentiles(bare),
                    Math.round(perSecond * 10) / 10.0,
                    calls,
                    threadsBefore,
                    threads(platform));
        }
    }

    private static void await(ProviderOracle oracle, int starts) throws InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (oracle.starts().size() < starts) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        oracle.starts().size() + " of " + starts + " runs were started within " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static Histogram latency(Map<String, Long> dispatched, List<Started> starts) {
        var latency = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
        var called = new HashMap<String, Long>();
        for (var start : starts) {
            var attempt = start.environment().get("BARECOUNT_ATTEMPT");
            called.put(attempt.substring(0, attempt.indexOf('/')), start.at().toEpochMilli());
        }
        dispatched.forEach((run, at) -> latency.recordValue(Math.max(0, called.get(run) - at)));
        return latency;
    }

    private static Map<String, Double> percentiles(Histogram latency) {
        return Map.of(
                "p50", (double) latency.getValueAtPercentile(50), "p99", (double) latency.getValueAtPercentile(99));
    }

    private static int threads(Platform platform) throws IOException {
        var gateway = platform.state().processes().stream()
                .filter(process -> process.name().equals("runner-gateway"))
                .findFirst()
                .orElseThrow();
        try (var tasks = Files.list(Path.of("/proc/" + gateway.pid() + "/task"))) {
            return (int) tasks.count();
        }
    }

    private static String manifest() throws IOException {
        try (var manifest = RunnersBenchmark.class.getResourceAsStream("fargate.yaml")) {
            return new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void print(Result result) {
        if (json) {
            System.out.println(Json.tree(result).toPrettyString());
            return;
        }
        System.out.printf(
                "dispatch record to provider call: p50 %.0f ms, p99 %.0f ms; one commit and one call, bare: p50 %.0f ms, p99 %.0f ms%n%d live runs: %.1f provider calls/s %s%n"
                        + "threads of the gateway: %d, before the first run %d%n",
                result.dispatchToCallMs().get("p50"),
                result.dispatchToCallMs().get("p99"),
                result.bareMs().get("p50"),
                result.bareMs().get("p99"),
                result.live(),
                result.callsPerSecond(),
                result.calls(),
                result.threads(),
                result.threadsBefore());
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
