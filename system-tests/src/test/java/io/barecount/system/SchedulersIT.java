package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.Topic;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.ExecutionEvent;
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
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances of scheduler-service under load and under a limit, one of which is killed every five seconds: {@code mvn verify -pl
 * system-tests -am -Dit.test=SchedulersIT -Dbarecount.schedulers-seconds=60}.
 */
@EnabledIfSystemProperty(named = "barecount.schedulers-seconds", matches = "[0-9]+")
class SchedulersIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int TASKS = 60;
    private static final int LIMIT = 40;

    @TempDir
    static Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private String frontDoor;

    @Test
    void noRunIsLostNoTaskStartsTwiceAndTheLimitHoldsWhileSchedulersAreKilled() throws Exception {
        var seconds = Integer.getInteger("barecount.schedulers-seconds");
        var noop = Map.of("runner-gateway", Map.of("BARECOUNT_GATEWAY_PROVIDER", "noop"));
        try (var platform = Platform.start(new Platform.Options(
                Launcher.home(),
                new DataDirectory(directory.resolve("data")),
                new Shape(1, 2),
                null,
                noop,
                line -> say("%s", line)))) {
            frontDoor = platform.state().frontDoor();
            post(
                    "/controls",
                    "application/json",
                    "{\"scope\": \"namespace/commerce\", \"most\": " + LIMIT + ", \"reason\": \"campaign\"}");
            var accepted = new HashSet<String>();
            var kills = load(platform, seconds, accepted);
            try (var history = new History(platform.state().broker())) {
                await("the end of every run")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> {
                            history.read();
                            return history.hasEndOfEach(accepted);
                        });
                history.read();
                check(history, accepted);
                say(
                        "%d schedulers killed; %d runs of %d tasks; records that repeat one: %s",
                        kills, accepted.size(), TASKS, history.repeats());
            }
        }
    }

    private int load(Platform platform, int seconds, Set<String> accepted) throws Exception {
        var manifest = Files.readString(Launcher.home().resolve("examples/manifests/orders-webhook.yaml"))
                .replaceFirst("      max: 20\n", "      max: 100\n")
                .replaceFirst("  execution:\n", "  batch: {count: " + TASKS + ", parallelism: 100}\n  execution:\n")
                .replaceFirst("(?s)    maxPerRun:.*", "");
        var kills = 0;
        var began = System.nanoTime();
        var nextKill = began + TimeUnit.SECONDS.toNanos(5);
        var end = began + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            accepted.add(post("/submissions", "application/yaml", manifest)
                    .path("run")
                    .asText());
            TimeUnit.MILLISECONDS.sleep(400);
            if (System.nanoTime() > nextKill) {
                nextKill += TimeUnit.SECONDS.toNanos(5);
                var name = kills % 2 == 0 ? "scheduler-service" : "scheduler-service-2";
                var alive = platform.state().processes().stream()
                        .filter(process -> process.name().equals(name))
                        .flatMap(process -> process.process().stream())
                        .findFirst();
                alive.ifPresent(ProcessHandle::destroyForcibly);
                kills++;
            }
        }
        return kills;
    }

    private static void check(History history, Set<String> accepted) {
        assertThat(history.ends().keySet()).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(history.ends())
                .allSatisfy((run, ends) -> assertThat(ends)
                        .as(run)
                        .singleElement()
                        .satisfies(
                                end -> assertThat(end.type()).isEqualTo(EventTypes.typeOf(RunEvent.Succeeded.class))));
        var starts = history.of(Topic.EXECUTIONS).stream()
                .filter(told -> told.type().equals(EventTypes.typeOf(ExecutionEvent.Started.class)))
                .collect(Collectors.groupingBy(History.Told::subject, Collectors.counting()));
        assertThat(starts)
                .hasSize(accepted.size() * TASKS)
                .allSatisfy((attempt, times) -> assertThat(times).as(attempt).isOne());
        assertThat(mostOut(history)).isPositive().isLessThanOrEqualTo(LIMIT);
        for (var topic : Topic.values()) {
            if (topic != Topic.CHECKPOINTS) {
                assertThat(history.of(topic.deadLetterName()))
                        .as(topic.deadLetterName())
                        .isEmpty();
            }
        }
    }

    /** As the topics show it: an attempt is out at least from its dispatch's record to its end's. */
    private static int mostOut(History history) {
        var dispatched = history.of(Topic.DISPATCHES).stream()
                .filter(told -> !told.type().equals(EventTypes.typeOf(DispatchEvent.Stop.class)))
                .map(told -> new long[] {told.at(), told.attempts()});
        var ended = history.of(Topic.EXECUTIONS).stream()
                .filter(told -> !told.type().equals(EventTypes.typeOf(ExecutionEvent.Started.class)))
                .map(told -> new long[] {told.at(), -1});
        var out = 0L;
        var most = 0L;
        for (var step : Stream.concat(dispatched, ended)
                .sorted((one, other) ->
                        one[0] != other[0] ? Long.compare(one[0], other[0]) : Long.compare(one[1], other[1]))
                .toList()) {
            out += step[1];
            most = Math.max(most, out);
        }
        say("at most %d attempts were out at once, %d may be", most, LIMIT);
        return (int) most;
    }

    private JsonNode post(String path, String type, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(frontDoor + path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        return Json.read(answer.body(), JsonNode.class);
    }

    private static void say(String line, Object... values) {
        System.out.printf(Locale.ROOT, "[schedulers] " + line + "%n", values);
    }
}
