package io.barecount.benchmarks;

import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description =
                "Submissions by Kafka through all five services to the last ledger entry, with a runner that does nothing; beside a bare relay.")
final class PipelineBenchmark implements Callable<Integer> {
    @Option(names = "--runs", defaultValue = "10000", description = "Measured runs (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--warm-up",
            defaultValue = "25000",
            description =
                    "Runs before measuring, for the just-in-time compilers to settle (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--latency-rate",
            defaultValue = "50",
            description = "Runs a second while latency is measured (default: ${DEFAULT-VALUE}).")
    private int latencyRate;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    /** @param latencyMs from the submission to the runner's call */
    record Result(int runs, double runsPerSecond, Map<String, Double> latencyMs, double relayPerSecond, double ratio) {}

    @Override
    public Integer call() throws Exception {
        var home = Path.of(System.getProperty("barecount.home"));
        var directory = BenchDirectory.create(home);
        var noop = Map.of("runner-gateway", Map.of("BARECOUNT_GATEWAY_PROVIDER", "noop"));
        try (var platform = Platform.start(
                new Platform.Options(home, new DataDirectory(directory), null, noop, PipelineBenchmark::say))) {
            Runtime.getRuntime().addShutdownHook(new Thread(platform::close, "stop"));
            print(measure(platform, home));
            return 0;
        } finally {
            BenchDirectory.delete(directory);
        }
    }

    private Result measure(Platform platform, Path home) throws Exception {
        var broker = platform.state().broker();
        var ledger = platform.state().frontDoor() + "/ledger/stats";
        try (var load =
                new Load(broker, ledger, Files.readString(home.resolve("examples/manifests/orders-webhook.yaml")))) {
            say("warming up with " + warmUp + " runs");
            load.runToLedger(warmUp);
            say("measuring " + runs + " runs");
            var perSecond = load.runToLedger(runs);
            say("measuring latency at " + latencyRate + " runs/s");
            var latency = load.latency(latencyRate, latencyRate * 10);
            latency.hops()
                    .forEach((topic, hop) -> say(String.format(
                            "  to %-22s p50 %6.1f ms, p99 %6.1f ms",
                            topic, hop.getValueAtPercentile(50) / 1e3, hop.getValueAtPercentile(99) / 1e3)));
            say("measuring the bare relay with " + runs + " records");
            platform.postgres().createDatabase("relay", "relay");
            var login = new Properties();
            login.setProperty("user", "relay");
            login.setProperty("password", "relay");
            var sizes = load.meanSizes();
            new Relay("warm-up", broker, platform.postgres().url("relay"), login, sizes).recordsPerSecond(warmUp);
            var relay = new Relay("measured", broker, platform.postgres().url("relay"), login, sizes)
                    .recordsPerSecond(runs);
            var percentiles = new LinkedHashMap<String, Double>();
            percentiles.put("p50", latency.toRunner().getValueAtPercentile(50) / 1e3);
            percentiles.put("p99", latency.toRunner().getValueAtPercentile(99) / 1e3);
            return new Result(
                    runs, round(perSecond), percentiles, round(relay), Math.round(perSecond / relay * 1000) / 1000.0);
        }
    }

    private void print(Result result) {
        if (json) {
            System.out.println(Json.tree(result).toPrettyString());
            return;
        }
        System.out.printf(
                "%d runs through five services to the ledger: %.0f runs/s%nsubmission to runner: p50 %.1f ms, p99 %.1f ms%n"
                        + "bare relay, as many hops: %.0f records/s%nratio: %.3f%n",
                result.runs(),
                result.runsPerSecond(),
                result.latencyMs().get("p50"),
                result.latencyMs().get("p99"),
                result.relayPerSecond(),
                result.ratio());
    }

    private static double round(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
