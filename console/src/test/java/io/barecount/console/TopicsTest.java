package io.barecount.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.run.RunEvent;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against a real broker: what is told of topics, and of the runs that they are about. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(FrontDoorTest.Behind.class)
class TopicsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static TopicProbe topics;

    @TestHTTPResource("/")
    URI base;

    @BeforeAll
    static void connect() {
        topics = new TopicProbe(BackingServices.current().bootstrapServers());
    }

    @AfterAll
    static void disconnect() {
        topics.close();
    }

    private record Said(String event, String id, JsonNode data) {}

    /** Reads until this is so; the stream is closed then. */
    private List<Said> read(String query, Predicate<List<Said>> enough) throws IOException {
        var said = new ArrayList<Said>();
        var connection = base.resolve(query).toURL().openConnection();
        connection.setReadTimeout((int) PATIENCE.toMillis());
        try (var lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            String event = null;
            String id = null;
            for (var line = lines.readLine(); line != null && !enough.test(said); line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    event = line.substring(7);
                    id = null;
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    said.add(new Said(event, id, Json.read(line.substring(6), JsonNode.class)));
                }
            }
        }
        return said;
    }

    private static boolean ended(List<Said> said) {
        return !said.isEmpty() && said.get(said.size() - 1).event().equals("end");
    }

    private static List<String> places(List<Said> said) {
        var places = new ArrayList<String>();
        said.forEach(one -> one.data()
                .path("records")
                .forEach(record -> places.add(record.path("topic").asText() + " "
                        + record.path("partition").asText() + "@"
                        + record.path("offset").asText())));
        return places;
    }

    private static RunId happen(String namespace) {
        var run = new RunId(UUID.randomUUID());
        var at = Instant.now();
        for (var event : List.of(
                new RunEvent.Queued(run, namespace, "report", at, 1),
                new RunEvent.Denied(run, namespace, "report", at, "because"))) {
            topics.send(run.toString(), TopicProbe.event(run.value(), run.toString(), namespace, at, event));
        }
        return run;
    }

    @Test
    void aTailIsFilteredAndEnds() throws Exception {
        var run = happen("filtered");
        happen("other");

        var said = read("/topics/tail?from=beginning&follow=false&namespace=filtered&denied=true", TopicsTest::ended);

        var records = said.stream()
                .filter(one -> one.event().equals("records"))
                .flatMap(one -> one.data().path("records").valueStream())
                .toList();
        assertThat(records).hasSize(1);
        assertThat(records.get(0).path("run").asText()).isEqualTo(run.toString());
        assertThat(records.get(0).at("/headers/ce_type").asText()).isEqualTo("barecount.runs.denied");
        assertThat(records.get(0).path("value").asText()).contains("because");
    }

    @Test
    void goingOnFromACursorSkipsAndRepeatsNothing() throws Exception {
        for (var i = 0; i < 60; i++) {
            happen("cursor");
        }
        var first = read(
                "/topics/tail?from=beginning&namespace=cursor",
                said -> said.stream().anyMatch(one -> one.event().equals("records")));
        var cursor = first.stream()
                .filter(one -> one.id() != null)
                .reduce((a, b) -> b)
                .orElseThrow();
        for (var i = 0; i < 40; i++) {
            happen("cursor");
        }

        var second = read(
                "/topics/tail?follow=false&namespace=cursor&from="
                        + URLEncoder.encode("cursor:" + cursor.id(), StandardCharsets.UTF_8),
                TopicsTest::ended);

        var all = new ArrayList<>(places(first));
        all.addAll(places(second));
        assertThat(all).hasSize(200);
        assertThat(new HashSet<>(all)).hasSize(200);
    }

    @Test
    void aTailFollowsWhatComes() throws Exception {
        var said = new ArrayList<Said>();
        var reader = Thread.ofVirtual().start(() -> {
            try {
                said.addAll(read("/topics/tail?topic=barecount.runs&from=last:0&namespace=live", soFar -> {
                    if (!soFar.isEmpty() && places(soFar).isEmpty() && soFar.size() == 1) {
                        happen("live");
                    }
                    return places(soFar).size() >= 2;
                }));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(reader.join(PATIENCE)).isTrue();

        assertThat(places(said)).hasSize(2);
    }

    @Test
    void theLatestOfAllPartitionsAreTheLatest() throws Exception {
        var runs = new ArrayList<RunId>();
        for (var i = 0; i < 20; i++) {
            runs.add(happen("latest"));
        }

        var said =
                read("/topics/tail?topic=barecount.runs&from=last:6&follow=false&namespace=latest", TopicsTest::ended);

        var seen = said.stream()
                .flatMap(one -> one.data().path("records").valueStream())
                .map(record -> record.path("run").asText())
                .distinct()
                .toList();
        assertThat(seen)
                .containsExactlyElementsOf(
                        runs.subList(17, 20).stream().map(RunId::toString).toList());
    }

    @Test
    void oneRecordIsToldWhole() {
        var large = "x".repeat(200_000);
        topics.send("barecount.checkpoints", "large", Map.of(), ("\"" + large + "\"").getBytes(StandardCharsets.UTF_8));
        var offset = topics.await("barecount.checkpoints", "large", 1).get(0).offset();

        given().get("/topics/barecount.checkpoints/0/" + offset)
                .then()
                .statusCode(200)
                .body("value", equalTo("\"" + large + "\""))
                .body("cut", equalTo(false));
        given().get("/topics/barecount.checkpoints/0/999999").then().statusCode(404);
        given().get("/topics/barecount.checkpoints/7/0").then().statusCode(404);
        given().get("/topics/unknown/0/0").then().statusCode(404);
    }

    @Test
    void whatCannotBeReadIsRefused() {
        given().get("/topics/tail?topic=secrets")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", containsString("barecount.runs"));
        given().get("/topics/tail?from=yesterday").then().statusCode(400).body("detail", containsString("PT15M"));
        given().get("/topics/tail?run=1").then().statusCode(400).body("detail", containsString("UUID"));
        given().get("/live?window=P1Y").then().statusCode(400).body("detail", containsString("PT24H"));
    }

    @Test
    void topicsHaveTheirLengths() {
        happen("length");

        await().atMost(PATIENCE).untilAsserted(() -> {
            var overview =
                    given().get("/topics").then().statusCode(200).extract().jsonPath();
            assertThat(overview.getList("topics.topic")).contains("barecount.runs", "barecount.runs.dlq");
            assertThat(overview.getLong("topics.find { it.topic == 'barecount.runs' }.records"))
                    .isPositive();
        });
    }

    @Test
    void theLivePictureFollowsTheRuns() throws Exception {
        var before = new int[] {-1};
        var said = read("/live", soFar -> {
            if (soFar.isEmpty()) {
                return false;
            }
            var now = soFar.get(soFar.size() - 1).data();
            var denied = now.path("activity")
                    .path("steps")
                    .valueStream()
                    .mapToInt(step -> step.path("denied").asInt())
                    .sum();
            if (before[0] < 0 && now.path("complete").asBoolean()) {
                before[0] = denied;
                happen("picture");
            }
            return before[0] >= 0 && denied > before[0];
        });

        assertThat(said).isNotEmpty().allSatisfy(one -> assertThat(one.event()).isEqualTo("activity"));
    }

    @Test
    void everyPageIsOneDocument() {
        var start = given().get("/").asString();

        assertThat(given().get("/console/runs").asString()).isEqualTo(start).contains("BareCount");
        given().get("/console/runs/" + new UUID(1, 2))
                .then()
                .statusCode(200)
                .header("Content-Security-Policy", containsString("default-src 'none'"));
        given().get("/assets/app.js")
                .then()
                .statusCode(200)
                .header("Cache-Control", equalTo("no-cache"))
                .header("X-Content-Type-Options", equalTo("nosniff"));
    }
}
