package io.barecount.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "fanout",
        mixinStandardHelpOptions = true,
        description = {
            "Runs of many tasks, through the gateway to the last ledger entry, with a runner that does nothing: what a task costs in",
            "batches of growing size. With --cancel-at, a batch that is cancelled once so many of its tasks are done."
        })
final class FanOutBenchmark implements Callable<Integer> {
    private static final long END_MAX = TimeUnit.MINUTES.toNanos(30);
    private static final int BESIDE = 10_000;
    private static final int QUEUED_AT_ONCE = 5_000;
    private static final Pattern HEAP =
            Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\",[^}]*} ([0-9.E+]+)");

    @Option(
            names = "--tasks",
            split = ",",
            defaultValue = "1000,10000,100000",
            description = "Tasks of each measured run (default: ${DEFAULT-VALUE}).")
    private List<Integer> tasks;

    @Option(
            names = "--parallelism",
            defaultValue = "1000",
            description = "Tasks that are out at once (default: ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(
            names = "--warm-up",
            defaultValue = "20000",
            description =
                    "Tasks before measuring, for the just-in-time compilers to settle (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--cancel-at",
            paramLabel = "TASKS",
            description = "Also runs a batch of a million tasks, and cancels it once so many are done.")
    private Integer cancelAt;

    @Option(
            names = "--queued",
            split = ",",
            description = "Also measures a run of 10000 tasks with so many runs of another pipeline waiting.")
    private List<Integer> queued;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    /**
     * @param microsPerTask from the submission to the run's end, by task
     * @param schedulerHeapMiB the most that was seen in use
     */
    record Batch(
            int tasks,
            double tasksPerSecond,
            double toLedgerPerSecond,
            double microsPerTask,
            double schedulerHeapMiB) {}

    /** @param cancelMs from the request to the run's end */
    record Cancelled(int tasks, int done, double cancelMs, double schedulerHeapMiB) {}

    /** @param runs that wait meanwhile */
    record Beside(int runs, Batch batch) {}

    record Result(List<Batch> batches, List<Beside> beside, Cancelled cancelled) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private Platform platform;
    private String manifest;

    @Override
    public Integer call() throws Exception {
        var home = Path.of(System.getProperty("barecount.home"));
        var directory = BenchDirectory.create(home);
        try {
            liftCeiling(home, directory);
            var noop = Map.of("runner-gateway", Map.of("BARECOUNT_GATEWAY_PROVIDER", "noop"));
            manifest = Files.readString(home.resolve("examples/manifests/orders-webhook.yaml"));
            try (var started = Platform.start(
                    new Platform.Options(home, new DataDirectory(directory), null, noop, FanOutBenchmark::say))) {
                platform = started;
                Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop"));
                print(measure());
            }
            return 0;
        } finally {
            BenchDirectory.delete(directory);
        }
    }

    /** The shipped policies deny batches of more than ten thousand tasks, and a case beside the rule shows it. */
    private static void liftCeiling(Path home, Path directory) throws IOException {
        var policies = Files.createDirectories(directory.resolve("governance/policies"));
        var baseline = Files.readString(home.resolve("examples/governance/policies/baseline.yaml"));
        Files.writeString(
                policies.resolve("baseline.yaml"),
                baseline.replaceAll("\\b10000\\b", "10000000").replaceAll("\\b10001\\b", "10000001"));
    }

    private Result measure() throws Exception {
        try (var load = new Load(platform.state().broker(), platform.state().frontDoor() + "/ledger/stats", manifest)) {
            if (warmUp > 0) {
                say("warming up with " + warmUp + " tasks");
                run(load, warmUp);
            }
            var batches = new ArrayList<Batch>();
            for (var count : tasks) {
                say("measuring a run of " + count + " tasks");
                batches.add(run(load, count));
                say("  " + batches.getLast());
            }
            return new Result(batches, queued == null ? List.of() : beside(load), cancelAt == null ? null : cancel());
        }
    }

    private List<Beside> beside(Load load) throws Exception {
        post(
                "/controls",
                "application/json",
                "{\"scope\": \"pipeline/commerce/waiting\", \"mode\": \"paused\", \"reason\": \"to wait\"}");
        var beside = new ArrayList<Beside>();
        var there = 0;
        var waiting = manifest.replaceFirst("name: orders-webhook", "name: waiting");
        try (var queue = new Load(platform.state().broker(), platform.state().frontDoor() + "/ledger/stats", waiting)) {
            for (var runs : queued) {
                say("queueing " + (runs - there) + " runs");
                for (; there < runs; there += Math.min(QUEUED_AT_ONCE, runs - there)) {
                    queue.queue(Math.min(QUEUED_AT_ONCE, runs - there));
                }
                load.awaitLedger();
                beside.add(new Beside(runs, run(load, BESIDE)));
                say("  " + beside.getLast());
            }
        }
        return beside;
    }

    private Batch run(Load load, int count) throws Exception {
        var began = System.nanoTime();
        var run = submit(count);
        var heap = 0.0;
        while (!Json.tree("succeeded").equals(get("/runs/" + run).path("state"))) {
            heap = Math.max(heap, heapMiB());
            patience(began, run);
        }
        var ended = System.nanoTime();
        var recorded = load.awaitLedger();
        return new Batch(
                count,
                round(count / ((ended - began) / 1e9)),
                round(count / ((Math.max(recorded, ended) - began) / 1e9)),
                round((ended - began) / 1e3 / count),
                round(heap));
    }

    private Cancelled cancel() throws Exception {
        var count = 1_000_000;
        say("running a batch of " + count + " tasks until " + cancelAt + " are done");
        var began = System.nanoTime();
        var run = submit(count);
        var heap = 0.0;
        var done = 0;
        while (done < cancelAt) {
            done = get("/runs/" + run).path("succeeded").asInt();
            heap = Math.max(heap, heapMiB());
            patience(began, run);
        }
        var asked = System.nanoTime();
        post("/runs/" + run + "/cancel", "application/json", "{\"reason\": \"enough\"}");
        while (!get("/runs/" + run).path("state").asText().equals("cancelled")) {
            heap = Math.max(heap, heapMiB());
            patience(asked, run);
        }
        return new Cancelled(count, done, round((System.nanoTime() - asked) / 1e6), round(heap));
    }

    private String submit(int count) throws Exception {
        var batch = manifest.replaceFirst("      max: 20\n", "      max: " + parallelism + "\n")
                .replaceFirst(
                        "  execution:\n",
                        "  batch: {count: " + count + ", parallelism: " + parallelism + "}\n  execution:\n")
                .replaceFirst("(?s)    maxPerRun:.*", "");
        return post("/submissions", "application/yaml", batch).path("run").asText();
    }

    private static void patience(long since, String run) throws InterruptedException {
        if (System.nanoTime() - since > END_MAX) {
            throw new IllegalStateException("run " + run + " did not come to its end");
        }
        TimeUnit.MILLISECONDS.sleep(100);
    }

    private double heapMiB() throws Exception {
        var scheduler = platform.state().processes().stream()
                .filter(process -> process.name().equals("scheduler-service"))
                .findFirst()
                .orElseThrow();
        var metrics = http.send(
                HttpRequest.newBuilder(URI.create(scheduler.address() + "/q/metrics"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return HEAP.matcher(metrics.body())
                        .results()
                        .mapToDouble(match -> Double.parseDouble(match.group(1)))
                        .sum()
                / (1 << 20);
    }

    private JsonNode get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(platform.state().frontDoor() + path)));
    }

    private JsonNode post(String path, String type, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(platform.state().frontDoor() + path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode send(HttpRequest.Builder request) throws Exception {
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        var tree = Json.read(answer.body(), JsonNode.class);
        var state = tree.path("state").asText();
        if (state.equals("denied")
                || state.equals("rejected")
                || state.equals("failed")
                || answer.statusCode() == 400) {
            throw new IllegalStateException("a run was refused: " + tree);
        }
        return tree;
    }

    private void print(Result result) {
        if (json) {
            System.out.println(Json.tree(result).toPrettyString());
            return;
        }
        System.out.println("tasks      tasks/s  to ledger/s  µs/task  scheduler heap MiB");
        result.batches()
                .forEach(batch -> System.out.printf(
                        "%-9d %8.0f %12.0f %8.1f %19.0f%n",
                        batch.tasks(),
                        batch.tasksPerSecond(),
                        batch.toLedgerPerSecond(),
                        batch.microsPerTask(),
                        batch.schedulerHeapMiB()));
        result.beside()
                .forEach(each -> System.out.printf(
                        "with %d runs waiting: %.0f tasks/s, %.1f µs/task, scheduler heap %.0f MiB%n",
                        each.runs(),
                        each.batch().tasksPerSecond(),
                        each.batch().microsPerTask(),
                        each.batch().schedulerHeapMiB()));
        if (result.cancelled() != null) {
            System.out.printf(
                    "a batch of %d tasks, cancelled after %d: %.0f ms to its end, scheduler heap at most %.0f MiB%n",
                    result.cancelled().tasks(),
                    result.cancelled().done(),
                    result.cancelled().cancelMs(),
                    result.cancelled().schedulerHeapMiB());
        }
    }

    private static double round(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
