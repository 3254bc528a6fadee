package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.run.RunEvent;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import io.barecount.embedded.platform.Shape;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster on one machine under load, while its processes are ended at random and its services replaced by another version:
 * {@code mvn verify -pl system-tests -am -Dit.test=ClusterIT -Dbarecount.cluster-minutes=10}. More of it by {@code
 * -Dbarecount.cluster-from=DIR} (the built project that it begins with), {@code -rate=N} (submissions a second), {@code -seed=N}.
 */
@EnabledIfSystemProperty(named = "barecount.cluster-minutes", matches = "[0-9.]+")
class ClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Each attempt leaves one line, where nothing of it is undone: outputs are put in place as a whole. */
    private static final String WORKLOAD = """
            #!/bin/sh
            echo "$BARECOUNT_ATTEMPT" >>"$BARECOUNT_INPUT_EFFECTS/attempts"
            """;

    private static final String MANIFEST = """
            apiVersion: barecount.io/v1
            kind: Pipeline
            metadata: {name: effect, namespace: manufacturing}
            spec:
              owner: {team: process-engineering, contact: process-engineering@example.com, costCenter: "3100"}
              data:
                classification: internal
                residency: [onprem]
                inputs: [{name: effects, uri: "file:effects"}]
              workload:
                artifact: {uri: "file:workloads/effect.sh", digest: "%s"}
                runtime: shell
              runner: {type: onprem, onprem: {cpu: 1, memoryMiB: 64}}
              network: {model: onprem, boundary: factory}
              execution: {timeout: PT2M}
              cost: {expectedRuntime: PT1S}
            """;

    @TempDir
    static Path directory;

    private static String setting(String name, String otherwise) {
        return System.getProperty("barecount.cluster-" + name, otherwise);
    }

    @Test
    void nothingIsLostAndNothingHappensTwiceWhateverIsKilled() throws Exception {
        var minutes = Double.parseDouble(setting("minutes", ""));
        var seed = Long.parseLong(setting("seed", Long.toString(System.nanoTime())));
        var from = Path.of(setting("from", Launcher.home().toString()));
        var data = new DataDirectory(directory.resolve("data"));
        var environment = Map.of("agent", Map.of("BARECOUNT_AGENT_SLOTS", "8"));
        say("seed %d, beginning with %s", seed, from);
        try (var platform = Platform.start(
                new Platform.Options(from, data, Shape.CLUSTER, null, environment, line -> say("%s", line)))) {
            Files.writeString(data.storage().resolve("workloads/effect.sh"), WORKLOAD);
            Files.createDirectories(data.storage().resolve("effects"));
            var manifest = MANIFEST.formatted(Digest.of(WORKLOAD));
            var frontDoor = platform.state().frontDoor();
            var brokers = platform.state().broker();
            var half = Duration.ofMillis((long) (minutes * 30_000));
            try (var havoc = new Havoc(platform, seed);
                    var history = new History(brokers)) {
                var load = new ClusterLoad(frontDoor, brokers, manifest, Integer.parseInt(setting("rate", "4")));
                try (load) {
                    havoc.wreakFor(half);
                    say("rolling restart, onto %s", Launcher.home());
                    platform.roll(Launcher.home());
                    havoc.wreakFor(half);
                }
                havoc.wholeAfter()
                        .forEach((process, seconds) -> say("%-28s whole again after %s s", process, rounded(seconds)));
                say("%d runs accepted, %d requests repeated", load.accepted().size(), load.repeats());
                check(load, history, data, frontDoor);
            }
        }
    }

    private static void check(ClusterLoad load, History history, DataDirectory data, String frontDoor)
            throws Exception {
        await("the end of every run")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    history.read();
                    assertNothingIsDead(history);
                    return history.hasEndOfEach(load.accepted());
                });

        assertThat(history.ends())
                .allSatisfy((run, ends) -> assertThat(ends)
                        .as(run)
                        .singleElement()
                        .satisfies(
                                end -> assertThat(end.type()).isEqualTo(EventTypes.typeOf(RunEvent.Succeeded.class))));
        assertThat(history.ends().keySet()).containsExactlyInAnyOrderElementsOf(load.accepted());
        var starts = history.of(Topic.EXECUTIONS).stream()
                .filter(told -> told.type().equals(EventTypes.typeOf(ExecutionEvent.Started.class)))
                .collect(Collectors.groupingBy(History.Told::subject, Collectors.counting()));
        assertThat(starts)
                .hasSameSizeAs(load.accepted())
                .allSatisfy((attempt, times) -> assertThat(times).as(attempt).isOne());
        assertThat(Files.readAllLines(data.storage().resolve("effects/attempts")))
                .as("what workloads did")
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(starts.keySet());
        say("%d events; records that repeat one: %s", history.events(), history.repeats());
        say("from submission to end: %s", times(history));
        awaitLedger(frontDoor, history.events());
        var verdict = Launcher.run(
                directory, PATIENCE, "verify", "--data", data.root().toString());
        say("%s", verdict.output().strip());
        assertThat(verdict.exitCode()).as(verdict.output() + verdict.errors()).isZero();
    }

    private static void assertNothingIsDead(History history) {
        for (var topic : Topic.values()) {
            if (topic != Topic.CHECKPOINTS) {
                assertThat(history.of(topic.deadLetterName()))
                        .as(topic.deadLetterName())
                        .isEmpty();
            }
        }
    }

    /** Each event is an entry, once. */
    private static void awaitLedger(String frontDoor, long entries) {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(frontDoor + "/ledger/stats"))
                    .build();
            await("the ledger")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(Json.read(
                                            http.send(request, HttpResponse.BodyHandlers.ofString())
                                                    .body(),
                                            JsonNode.class)
                                    .path("size")
                                    .asLong())
                            .isEqualTo(entries));
        }
    }

    private static String times(History history) {
        var submitted = history.of(Topic.MANIFESTS).stream()
                .collect(Collectors.toMap(History.Told::key, History.Told::at, Math::min));
        var seconds = history.ends().entrySet().stream()
                .map(end -> (end.getValue().get(0).at() - submitted.get(end.getKey())) / 1e3)
                .sorted()
                .toList();
        return "half within %.1f s, 99 of 100 within %.1f s, all within %.1f s"
                .formatted(
                        seconds.get(seconds.size() / 2),
                        seconds.get(seconds.size() * 99 / 100),
                        seconds.get(seconds.size() - 1));
    }

    private static String rounded(List<Double> seconds) {
        return seconds.stream()
                .map(value -> String.format(Locale.ROOT, "%.1f", value))
                .collect(Collectors.joining(", "));
    }

    private static void say(String line, Object... values) {
        System.out.printf(Locale.ROOT, "[cluster] " + line + "%n", values);
    }
}
