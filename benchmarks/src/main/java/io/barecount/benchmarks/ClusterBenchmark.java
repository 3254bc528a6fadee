package io.barecount.benchmarks;

import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import io.barecount.embedded.platform.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description =
                "The same as pipeline, on one broker and on three with every record on three, with one and with two instances of each service.")
final class ClusterBenchmark implements Callable<Integer> {
    @Option(names = "--runs", defaultValue = "5000", description = "Measured runs (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--warm-up",
            defaultValue = "10000",
            description = "Runs before measuring (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        var results = new LinkedHashMap<String, Double>();
        for (var shape : new Shape[] {Shape.SINGLE, new Shape(3, 1), Shape.CLUSTER}) {
            results.put(
                    "brokers %d, instances of each service %d".formatted(shape.brokers(), shape.instances()),
                    measure(shape));
        }
        if (json) {
            System.out.println(Json.tree(results).toPrettyString());
        } else {
            results.forEach((shape, rate) -> System.out.printf(Locale.ROOT, "%-42s %8.1f runs/s%n", shape, rate));
        }
        return 0;
    }

    private double measure(Shape shape) throws Exception {
        var home = Path.of(System.getProperty("barecount.home"));
        var directory = BenchDirectory.create(home);
        var noop = Map.of("runner-gateway", Map.of("BARECOUNT_GATEWAY_PROVIDER", "noop"));
        var options =
                new Platform.Options(home, new DataDirectory(directory), shape, null, noop, ClusterBenchmark::say);
        try (var platform = Platform.start(options);
                var load = new Load(
                        platform.state().broker(),
                        platform.state().frontDoor() + "/ledger/stats",
                        Files.readString(home.resolve("examples/manifests/orders-webhook.yaml")))) {
            say("warming up with " + warmUp + " runs");
            load.runToLedger(warmUp);
            say("measuring " + runs + " runs");
            return load.runToLedger(runs);
        } finally {
            BenchDirectory.delete(directory);
        }
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
