package io.barecount.manifest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionEvent.Submitted;
import io.barecount.contracts.submission.SubmissionIdentity;
import io.barecount.manifest.submission.RunIds;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(SecretFiles.class)
class DoorsTest {
    private static final String TOPIC = Topic.SUBMISSIONS.topicName();
    private static final String DEAD_LETTERS = Topic.SUBMISSIONS.deadLetterName();

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private TopicProbe probe;

    @BeforeEach
    void open() {
        probe = new TopicProbe(bootstrapServers);
    }

    @AfterEach
    void close() {
        probe.close();
    }

    @Test
    void anHttpSubmissionPassesTheTopicAndIsAccepted() {
        var run = submit(Manifests.valid("http", "gdp"), null)
                .statusCode(202)
                .body("namespace", Matchers.equalTo("http"))
                .body("pipeline", Matchers.equalTo("gdp"))
                .extract()
                .<String>path("run");

        var submitted = (Submitted) onlyEvent(Topic.SUBMISSIONS, "http/gdp").data();
        assertThat(submitted.run()).isEqualTo(RunId.parse(run));
        assertThat(submitted.door()).isEqualTo(Door.HTTP);
        var accepted = (ManifestEvent.Accepted) onlyEvent(Topic.MANIFESTS, run).data();
        assertThat(accepted.spec().manifest().name()).isEqualTo("gdp");
        assertThat(accepted.receivedAt()).isEqualTo(submitted.receivedAt());
        assertState(run, "accepted");
        status(run)
                .body(
                        "version",
                        Matchers.equalTo(accepted.spec().manifest().digest().toString()));
    }

    @Test
    void aRepeatWithTheSameKeyIsTheSameRun() {
        var manifest = Manifests.valid("repeat", "gdp");
        var key = UUID.randomUUID().toString();

        var first = submit(manifest, key).statusCode(202).extract().<String>path("run");
        var second = submit(manifest, key).statusCode(202).extract().<String>path("run");

        assertThat(second).isEqualTo(first);
        submit(manifest.replace("2025Q4", "2026Q1"), key).statusCode(409);
        assertState(first, "accepted");
        assertThat(probe.await(TOPIC, "repeat/gdp", 1)).hasSize(1);
        assertThat(probe.await(Topic.MANIFESTS.topicName(), first, 1)).hasSize(1);
    }

    @Test
    void whatIsRefusedIsNotStoredAndBurnsNoKey() {
        var key = UUID.randomUUID().toString();
        var manifest = Manifests.valid("refused", "gdp");

        submit(manifest.replace("PT10M", "PT16M"), key)
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors[0].code", Matchers.equalTo("lambda-timeout"))
                .body("errors[0].line", Matchers.greaterThan(0));
        submit("a: b: c", key).statusCode(400).body("type", Matchers.endsWith("unreadable"));
        submit("#".repeat(800_000), key).statusCode(413);
        submit(manifest, "white space").statusCode(400);
        given().get("/submissions/" + RunIds.ofKey("refused", key)).then().statusCode(404);

        submit(manifest, key).statusCode(202);
    }

    @Test
    void publishersOfAnyFashionAreServed() {
        var manifest = Manifests.valid("kafka", "gdp");
        var eventId = UUID.randomUUID();
        register(Manifests.valid("kafka", "registered").replace("name: orders", "name: kafka-orders"));

        probe.send(
                TOPIC,
                "any",
                Map.of("ce_specversion", "1.0", "ce_id", eventId.toString(), "ce_source", "shop", "ce_type", "paid"),
                bytes(manifest));
        probe.send(
                TOPIC,
                null,
                Map.of("content-type", "application/cloudevents+json"),
                bytes(
                        "{\"specversion\":\"1.0\",\"id\":\"s1\",\"source\":\"shop\",\"type\":\"paid\",\"data\":"
                                + "{\"namespace\":\"kafka\",\"pipeline\":\"registered\",\"parameters\":{\"quarter\":\"2026Q1\"}}}"));
        probe.send(TOPIC, null, Map.of(), bytes(manifest.replace("name: gdp", "name: plain")));

        var binary = (ManifestEvent.Accepted)
                onlyEvent(Topic.MANIFESTS, eventId.toString()).data();
        assertThat(binary.door()).isEqualTo(Door.KAFKA);
        assertThat(binary.submitter()).isEqualTo("shop");
        var structured = (ManifestEvent.Accepted) onlyEvent(
                        Topic.MANIFESTS,
                        SubmissionIdentity.ofCloudEvent("shop", "s1").toString())
                .data();
        assertThat(structured.spec().parameters()).containsEntry("quarter", "2026Q1");
        var plain = probe.await(
                Topic.MANIFESTS.topicName(),
                record -> new String(record.value(), StandardCharsets.UTF_8).contains("\"name\":\"plain\""),
                1);
        assertThat(plain).hasSize(1);
    }

    @Test
    void whatCanNotBeReadGoesToTheDeadLettersAndStopsNothing() {
        var bad = UUID.randomUUID().toString();
        var good = UUID.randomUUID().toString();

        probe.send(TOPIC, "k", Map.of("ce_id", bad, "ce_source", "shop"), bytes("]] no document"));
        probe.send(TOPIC, "k", Map.of("ce_id", good, "ce_source", "shop"), bytes(Manifests.valid("after", "gdp")));

        var letter = probe.await(
                        DEAD_LETTERS,
                        record -> bad.equals(TopicProbe.headers(record).get("ce_id")),
                        1)
                .get(0);
        assertThat(letter.value()).isEqualTo(bytes("]] no document"));
        assertThat(TopicProbe.headers(letter)).containsKey("dead-letter-reason");
        assertThat(onlyEvent(Topic.MANIFESTS, bad).data()).isInstanceOf(ManifestEvent.Rejected.class);
        assertThat(onlyEvent(Topic.MANIFESTS, good).data()).isInstanceOf(ManifestEvent.Accepted.class);
        assertState(bad, "rejected");
    }

    @Test
    void aRecordAsLargeAsTheTopicTakesIsADeadLetterAsWell() {
        var bad = UUID.randomUUID().toString();
        var good = UUID.randomUUID().toString();
        var large = "x".repeat(Topic.SUBMISSIONS.maxRecordBytes() - 1000);

        probe.send(TOPIC, "k", Map.of("ce_id", bad, "ce_source", "shop"), bytes(large));
        probe.send(TOPIC, "k", Map.of("ce_id", good, "ce_source", "shop"), bytes(Manifests.valid("large", "gdp")));

        var letters = probe.await(
                DEAD_LETTERS, record -> bad.equals(TopicProbe.headers(record).get("ce_id")), 1);
        assertThat(letters.get(0).value()).isEqualTo(bytes(large));
        assertThat(onlyEvent(Topic.MANIFESTS, good).data()).isInstanceOf(ManifestEvent.Accepted.class);
    }

    @Test
    void anotherSubmissionUnderTheSameIdGoesToTheDeadLetters() {
        var id = UUID.randomUUID().toString();
        var manifest = Manifests.valid("same-id", "gdp");

        probe.send(TOPIC, "k", Map.of("ce_id", id, "ce_source", "shop"), bytes(manifest));
        probe.send(TOPIC, "k", Map.of("ce_id", id, "ce_source", "shop"), bytes(manifest));
        probe.send(TOPIC, "k", Map.of("ce_id", id, "ce_source", "shop"), bytes(manifest + "# other\n"));

        var letters = probe.await(
                DEAD_LETTERS, record -> id.equals(TopicProbe.headers(record).get("ce_id")), 1);
        assertThat(letters).hasSize(1);
        assertThat(TopicProbe.headers(letters.get(0)).get("dead-letter-reason")).contains("other content");
        assertThat(onlyEvent(Topic.MANIFESTS, id).data()).isInstanceOf(ManifestEvent.Accepted.class);
    }

    @Test
    void aSignedWebhookRunsItsPipelineOnce() {
        register(Manifests.valid("shop", "intake"));
        var body = "{\"order\": 4711}";
        var headers = SecretFiles.signed(SecretFiles.ORDERS, "msg_" + UUID.randomUUID(), Instant.now(), body);

        var first =
                deliver("shop/orders", headers, body).statusCode(202).extract().<String>path("run");
        var second =
                deliver("shop/orders", headers, body).statusCode(202).extract().<String>path("run");

        assertThat(second).isEqualTo(first);
        var accepted =
                (ManifestEvent.Accepted) onlyEvent(Topic.MANIFESTS, first).data();
        assertThat(accepted.spec().payload()).isEqualTo(body);
        assertThat(accepted.door()).isEqualTo(Door.WEBHOOK);
        assertThat(probe.await(TOPIC, "shop/intake", 1)).hasSize(1);
    }

    @Test
    void aForgedOrOldWebhookIsRefused() {
        register(Manifests.valid("forged", "intake"));
        var body = "{}";
        var now = Instant.now();
        var genuine = SecretFiles.signed(SecretFiles.ORDERS, "msg_1", now, body);

        deliver("forged/orders", genuine, "{ }").statusCode(401).contentType("application/problem+json");
        deliver("forged/orders", SecretFiles.signed(SecretFiles.SUBMISSIONS, "msg_1", now, body), body)
                .statusCode(401);
        deliver(
                        "forged/orders",
                        SecretFiles.signed(SecretFiles.ORDERS, "msg_1", now.minus(Duration.ofMinutes(6)), body),
                        body)
                .statusCode(401);
        deliver("forged/orders", Map.of(), body).statusCode(401);
        deliver("forged/nothing", genuine, body).statusCode(404);
        given().get("/submissions/" + RunIds.ofDelivery("forged", "orders", "msg_1"))
                .then()
                .statusCode(404);
    }

    @Test
    void aWebhookMayBringASubmission() {
        var manifest = Manifests.valid("hooked", "gdp");

        var run = deliverSigned("hooked", "msg_a", manifest)
                .statusCode(202)
                .extract()
                .<String>path("run");

        assertState(run, "accepted");
        deliverSigned("hooked", "msg_a", manifest + "# other\n").statusCode(409);
        deliverSigned("elsewhere", "msg_b", manifest).statusCode(403);
        deliverSigned("hooked", "msg_c", manifest.replace("PT10M", "PT16M"))
                .statusCode(422)
                .body("errors[0].code", Matchers.equalTo("lambda-timeout"));
    }

    @Test
    void aRepeatStaysAcceptedWhenItsPipelineHasChanged() {
        register(Manifests.valid("changing", "gdp"));
        var submission = "{\"namespace\":\"changing\",\"pipeline\":\"gdp\",\"parameters\":{\"quarter\":\"2026Q1\"}}";
        var run = submit(submission, "key-1").statusCode(202).extract().<String>path("run");
        assertState(run, "accepted");

        register(Manifests.valid("changing", "gdp").replace("quarter: 2025Q4", "year: '2025'"));

        submit(submission, "key-1").statusCode(202).body("run", Matchers.equalTo(run));
        submit(submission, "key-2").statusCode(422).body("errors[0].code", Matchers.equalTo("unknown-parameter"));
    }

    @Test
    void everyDoorGivesTheSameVerdict() {
        var corpus = Manifests.bad("corpus", "gdp");
        var ids = corpus.stream().map(bad -> UUID.randomUUID().toString()).toList();
        for (var i = 0; i < corpus.size(); i++) {
            probe.send(
                    TOPIC,
                    "k",
                    Map.of("ce_id", ids.get(i), "ce_source", "corpus"),
                    bytes(corpus.get(i).text()));
        }

        var rejected = probe.await(Topic.MANIFESTS.topicName(), record -> ids.contains(record.key()), corpus.size());

        assertThat(rejected).hasSize(corpus.size());
        for (var i = 0; i < corpus.size(); i++) {
            var bad = corpus.get(i);
            var id = ids.get(i);
            var byKafka = rejected.stream()
                    .filter(record -> record.key().equals(id))
                    .map(record -> Json.read(record.value(), ManifestEvent.Rejected.class))
                    .map(event -> Json.tree(event.violations()))
                    .toList();
            var byHttp = Json.read(
                    submit(bad.text(), null).statusCode(422).extract().asByteArray(),
                    com.fasterxml.jackson.databind.JsonNode.class);
            var byWebhook = Json.read(
                    deliverSigned("corpus", "msg_" + id, bad.text())
                            .statusCode(422)
                            .extract()
                            .asByteArray(),
                    com.fasterxml.jackson.databind.JsonNode.class);

            assertThat(byHttp.at("/errors/0/code").asText()).as(bad.rule()).isEqualTo(bad.code());
            assertThat(byHttp.at("/errors/0/pointer").asText()).as(bad.rule()).isEqualTo(bad.pointer());
            assertThat(byWebhook.path("errors")).as(bad.rule()).isEqualTo(byHttp.path("errors"));
            assertThat(byKafka).as(bad.rule()).isEqualTo(List.of(byHttp.path("errors")));
        }
    }

    private static ValidatableResponse submit(String body, String key) {
        var request = given().contentType("application/yaml").body(bytes(body));
        return (key == null ? request : request.header("Idempotency-Key", key))
                .post("/submissions")
                .then();
    }

    private static ValidatableResponse deliverSigned(String namespace, String id, String body) {
        var headers = SecretFiles.signed(SecretFiles.SUBMISSIONS, id, Instant.now(), body);
        return deliver(namespace + "/submissions", headers, body);
    }

    private static ValidatableResponse deliver(String hook, Map<String, String> headers, String body) {
        return given().contentType("application/json")
                .headers(headers)
                .body(bytes(body))
                .post("/webhooks/" + hook)
                .then();
    }

    private static void register(String manifest) {
        var names = manifest.lines()
                .filter(line -> line.startsWith("  name"))
                .map(line -> line.replaceAll(".*: ", ""))
                .toList();
        given().contentType("application/yaml")
                .body(bytes(manifest))
                .put("/pipelines/" + names.get(1) + "/" + names.get(0))
                .then()
                .statusCode(Matchers.oneOf(200, 201));
    }

    private static ValidatableResponse status(String run) {
        return given().get("/submissions/" + run).then().statusCode(200);
    }

    private static void assertState(String run, String state) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> status(run).body("state", Matchers.equalTo(state)));
    }

    private Event<?> onlyEvent(Topic topic, String key) {
        var events = probe.awaitEvents(topic, key, 1);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
