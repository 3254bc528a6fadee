package io.barecount.manifest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Many at once, by every door. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(SecretFiles.class)
class CorpusTest {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Response byHttp(String text, String key) {
        var request = given().contentType("text/plain").body(bytes(text));
        return (key == null ? request : request.header("Idempotency-Key", key)).post("/submissions");
    }

    private static Response byWebhook(String text, String id) {
        return given().contentType("application/json")
                .headers(SecretFiles.signed(SecretFiles.SUBMISSIONS, id, Instant.now(), text))
                .body(bytes(text))
                .post("/webhooks/corpus/submissions");
    }

    private static <T> List<T> allAtOnce(int threads, List<Callable<T>> calls) throws Exception {
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var results = new ArrayList<T>();
            for (Future<T> answer : pool.invokeAll(calls)) {
                results.add(answer.get());
            }
            return results;
        }
    }

    /** A verdict by one door: its code, and what was wrong. */
    private record Said(int status, JsonNode errors) {
        static Said of(Response response) {
            return new Said(
                    response.statusCode(),
                    Json.read(response.asByteArray(), JsonNode.class).path("errors"));
        }
    }

    @Test
    void everyRuleBrokenAloneGetsTheSameVerdictByEveryDoor() throws Exception {
        var texts = new ArrayList<String>();
        Corpus.broken("corpus", "gdp").forEach(broken -> texts.add(broken.text()));
        var rules = texts.size();
        texts.addAll(Corpus.hostile());
        assertThat(rules).isGreaterThan(300);
        var ids = texts.stream().map(text -> UUID.randomUUID().toString()).toList();

        Map<String, JsonNode> byKafka;
        try (var probe = new TopicProbe(bootstrapServers)) {
            for (var i = 0; i < texts.size(); i++) {
                probe.send(
                        Topic.SUBMISSIONS.topicName(),
                        "k",
                        Map.of("ce_id", ids.get(i), "ce_source", "corpus"),
                        bytes(texts.get(i)));
            }
            byKafka =
                    probe
                            .await(Topic.MANIFESTS.topicName(), record -> ids.contains(record.key()), texts.size())
                            .stream()
                            .collect(Collectors.toMap(
                                    record -> record.key(),
                                    record -> Json.tree(Json.read(record.value(), ManifestEvent.Rejected.class)
                                            .violations())));
        }
        var http = allAtOnce(
                8,
                texts.stream()
                        .map(text -> (Callable<Said>) () -> Said.of(byHttp(text, null)))
                        .toList());
        var webhook = allAtOnce(
                8,
                IntStream.range(0, texts.size())
                        .mapToObj(i -> (Callable<Said>) () -> Said.of(byWebhook(texts.get(i), "msg_" + ids.get(i))))
                        .toList());

        for (var i = 0; i < texts.size(); i++) {
            var shown = texts.get(i).substring(0, Math.min(4000, texts.get(i).length()));
            assertThat(http.get(i).status()).as(shown).isIn(i < rules ? List.of(422) : List.of(400, 413, 422));
            assertThat(webhook.get(i)).as(shown).isEqualTo(http.get(i));
            assertThat(byKafka.get(ids.get(i))).as(shown).isEqualTo(http.get(i).errors());
            for (var error : http.get(i).errors()) {
                assertThat(error.path("code").asText()).as(shown).isNotBlank();
                assertThat(error.has("pointer")).as(shown).isTrue();
                assertThat(error.path("line").asInt()).as(shown).isGreaterThanOrEqualTo(i < rules ? 1 : 0);
            }
        }
        System.out.printf("corpus: %d broken rules and %d hostile texts by three doors%n", rules, texts.size() - rules);
    }

    @Test
    void aHundredRepeatsAtOnceAreOneRun() throws Exception {
        var manifest = Manifests.valid("at-once", "gdp");
        var key = UUID.randomUUID().toString();

        var runs = allAtOnce(
                100,
                IntStream.range(0, 100)
                        .mapToObj(i -> (Callable<String>) () -> byHttp(manifest, key)
                                .then()
                                .statusCode(202)
                                .extract()
                                .path("run"))
                        .toList());

        assertThat(runs).containsOnly(runs.getFirst());
        assertOneRun(runs.getFirst());
    }

    @Test
    void aThousandReplaysOfADeliveryAreOneRun() throws Exception {
        var text = Manifests.valid("corpus", "replayed");
        var id = "msg_" + UUID.randomUUID();

        var runs = allAtOnce(
                16,
                IntStream.range(0, 1000)
                        .mapToObj(i -> (Callable<String>) () -> byWebhook(text, id)
                                .then()
                                .statusCode(202)
                                .extract()
                                .path("run"))
                        .toList());

        assertThat(runs).containsOnly(runs.getFirst());
        assertOneRun(runs.getFirst());
    }

    private void assertOneRun(String run) {
        try (var probe = new TopicProbe(bootstrapServers)) {
            assertThat(probe.await(Topic.MANIFESTS.topicName(), record -> run.equals(record.key()), 1))
                    .hasSize(1);
            var submissions = probe.await(
                    Topic.SUBMISSIONS.topicName(),
                    record -> new String(record.value(), StandardCharsets.UTF_8).contains(run),
                    1);
            assertThat(submissions).hasSize(1);
        }
    }

    @Test
    void linesAreAnsweredInOrderEachByItself() {
        var good = "{\"manifest\":" + Corpus.good("bulk", "gdp").getFirst() + "}";
        var bad = good.replace("\"PT10M\"", "\"PT16M\"");
        var body = good + "\n\n" + bad + "\n]] nothing\n" + good.replace("2025Q4", "2026Q1");

        var answers = bulk(body);
        assertThat(answers).extracting(each -> each.path("line").asInt()).containsExactly(1, 3, 4, 5);
        assertThat(answers).extracting(each -> each.path("status").asInt()).containsExactly(202, 422, 400, 202);
        assertThat(answers.get(1).at("/errors/0/code").asText()).isEqualTo("lambda-timeout");
        assertThat(bulk(body))
                .extracting(each -> each.path("run").asText())
                .isEqualTo(
                        answers.stream().map(each -> each.path("run").asText()).toList());
    }

    private static List<JsonNode> bulk(String body) {
        return given().contentType("application/x-ndjson")
                .header("Idempotency-Key", "bulk-1")
                .body(bytes(body))
                .post("/submissions")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .map(line -> Json.read(line, JsonNode.class))
                .collect(Collectors.collectingAndThen(Collectors.toList(), Function.identity()));
    }
}
