package io.barecount.manifest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.RecordRange;
import io.barecount.contracts.submission.SubmissionEvent.Submitted;
import io.barecount.manifest.store.OccurrenceRow;
import io.barecount.manifest.store.PositionRow;
import io.barecount.manifest.store.WindowRow;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What starts a pipeline by records of a topic, and by several deliveries or records at once. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(SecretFiles.class)
class TriggersTest {
    private static final String HOOK = "- webhook: {name: orders, secret: \"file:orders-webhook\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private TopicProbe probe;
    private Admin admin;

    @BeforeEach
    void open() {
        probe = new TopicProbe(bootstrapServers);
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    @AfterEach
    void close() {
        admin.close();
        probe.close();
    }

    private void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    private void write(String topic, String... values) {
        for (var value : values) {
            probe.send(topic, null, Map.of(), bytes(value));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ValidatableResponse register(String namespace, String pipeline, String triggers) {
        return given().contentType("application/yaml")
                .body(bytes(Manifests.valid(namespace, pipeline).replace(HOOK, triggers)))
                .put("/pipelines/" + namespace + "/" + pipeline)
                .then();
    }

    private static void subscribe(String namespace, String pipeline, String subscription) {
        register(namespace, pipeline, "- kafka: " + subscription).statusCode(Matchers.oneOf(200, 201));
    }

    /** The subscription is on the topic: what is written from now on is taken. */
    private static void awaitBegun(String subscription) {
        await().atMost(PATIENCE).until(() -> positions(subscription).size() > 0);
    }

    private static void awaitOn(String subscription, String topic) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(positions(subscription))
                        .extracting(row -> row.topic)
                        .containsExactly(topic));
    }

    private static List<PositionRow> positions(String subscription) {
        return QuarkusTransaction.requiringNew()
                .call(() -> PositionRow.<PositionRow>list(
                        "subscription = ?1 and leftAt is null order by partition", subscription));
    }

    private static void awaitBehind(String subscription, long offsets) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(positions(subscription).stream()
                                .mapToLong(row -> row.nextOffset)
                                .sum())
                        .isEqualTo(offsets));
    }

    private List<Submitted> submitted(String namespace, String pipeline, int count) {
        return probe.await(Topic.SUBMISSIONS.topicName(), namespace + "/" + pipeline, count).stream()
                .map(record ->
                        (Submitted) EventCodec.decode(Topic.SUBMISSIONS, TopicProbe.headers(record), record.value())
                                .data())
                .toList();
    }

    private List<ManifestEvent.Accepted> accepted(List<Submitted> submitted) {
        var runs = submitted.stream().map(each -> each.run().toString()).collect(Collectors.toSet());
        return probe.await(Topic.MANIFESTS.topicName(), record -> runs.contains(record.key()), runs.size()).stream()
                .map(record -> Json.read(record.value(), ManifestEvent.Accepted.class))
                .toList();
    }

    private static List<String> bodies(List<Submitted> submitted, String field) {
        return submitted.stream()
                .flatMap(each -> StreamSupport.stream(
                        Json.read(each.body().payload(), JsonNode.class).spliterator(), false))
                .map(entry -> entry.path(field).asText())
                .toList();
    }

    @Test
    void eachRecordIsOneRunWithItsPlace() throws Exception {
        create("single.paid", 1);
        write("single.paid", "before");
        subscribe("single", "gdp", "{name: paid, topic: single.paid}");
        awaitBegun("single/gdp/kafka/paid");
        write("single.paid", "{\"order\": 1}", "{\"order\": 2}");

        var submitted = submitted("single", "gdp", 2);

        assertThat(submitted)
                .extracting(each -> each.body().payload())
                .containsExactly("{\"order\": 1}", "{\"order\": 2}");
        assertThat(submitted).extracting(Submitted::door).containsOnly(Door.KAFKA);
        assertThat(submitted).extracting(Submitted::submitter).containsOnly("kafka:single/gdp/paid");
        assertThat(submitted.getFirst().records())
                .singleElement()
                .extracting(RecordRange::toString)
                .isEqualTo("single.paid-0@1");
        assertThat(accepted(submitted))
                .extracting(each -> each.spec().payload())
                .containsExactlyInAnyOrder("{\"order\": 1}", "{\"order\": 2}");
        awaitBehind("single/gdp/kafka/paid", 3);
    }

    @Test
    void earliestTakesWhatIsThere() throws Exception {
        create("early.paid", 3);
        write("early.paid", "a", "b", "c");

        subscribe("early", "gdp", "{name: paid, topic: early.paid, from: earliest}");

        assertThat(submitted("early", "gdp", 3))
                .extracting(each -> each.body().payload())
                .containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void onlyWhatTheFilterLetsPassIsTaken() throws Exception {
        create("some.paid", 1);
        subscribe("some", "gdp", "{name: paid, topic: some.paid, from: earliest, filter: body.total > 100}");
        write("some.paid", "{\"total\": 120}", "{\"total\": 99}", "no total", "{\"total\": 121}");

        awaitBehind("some/gdp/kafka/paid", 4);
        assertThat(submitted("some", "gdp", 2))
                .extracting(each -> each.body().payload())
                .containsExactly("{\"total\": 120}", "{\"total\": 121}");
    }

    @Test
    void aReplayStartsNothingAgain() throws Exception {
        create("reread.paid", 1);
        subscribe("reread", "gdp", "{name: paid, topic: reread.paid, from: earliest}");
        write("reread.paid", "a", "b");
        awaitBehind("reread/gdp/kafka/paid", 2);

        putBack("reread/gdp/kafka/paid", 0);
        write("reread.paid", "c");

        awaitBehind("reread/gdp/kafka/paid", 3);
        var submitted = submitted("reread", "gdp", 3);
        assertThat(submitted).extracting(each -> each.body().payload()).containsExactly("a", "b", "c");
        assertThat(accepted(submitted)).hasSize(3);
    }

    /** As a service leaves it that is killed between the run and its place. */
    private static void putBack(String subscription, long offset) {
        QuarkusTransaction.requiringNew()
                .run(() -> PositionRow.update("nextOffset = ?1 where subscription = ?2", offset, subscription));
    }

    @Test
    void whatIsNoPayloadIsADeadLetterWithoutItsValueAndStopsNothing() throws Exception {
        create("dead.paid", 1);
        subscribe("dead", "gdp", "{name: paid, topic: dead.paid, from: earliest}");
        probe.send("dead.paid", "k", Map.of(), new byte[] {(byte) 0xC3, 0x28});
        write("dead.paid", "x".repeat(300_000), "a\u0000b", "AKIA" + "ABCDEFGH12345678", "fine");

        var letters = probe.await(
                Topic.SUBMISSIONS.deadLetterName(), record -> "dead/gdp/kafka/paid".equals(record.key()), 4);

        assertThat(letters).hasSize(4).allSatisfy(letter -> {
            assertThat(letter.value()).isNull();
            assertThat(TopicProbe.headers(letter))
                    .containsEntry("dead-letter-topic", "dead.paid")
                    .containsEntry("dead-letter-partition", "0")
                    .containsEntry("dead-letter-stage", "/barecount/manifest-service");
        });
        assertThat(letters)
                .extracting(letter -> TopicProbe.headers(letter).get("dead-letter-offset"))
                .containsExactly("0", "1", "2", "3");
        assertThat(letters)
                .extracting(letter -> TopicProbe.headers(letter).get("dead-letter-reason"))
                .satisfiesExactly(
                        why -> assertThat(why).contains("no UTF-8"),
                        why -> assertThat(why).contains("300000 bytes"),
                        why -> assertThat(why).contains("control character"),
                        why -> assertThat(why).contains("AWS access key").doesNotContain("ABCDEFGH"));
        assertThat(submitted("dead", "gdp", 1))
                .extracting(each -> each.body().payload())
                .containsExactly("fine");
    }

    @Test
    void aSubscriptionFollowsItsPipeline() throws Exception {
        create("follow.one", 1);
        create("follow.two", 1);
        subscribe("follow", "gdp", "{name: paid, topic: follow.one, from: earliest}");
        write("follow.one", "one");
        submitted("follow", "gdp", 1);

        subscribe("follow", "gdp", "{name: paid, topic: follow.two, from: earliest}");
        awaitOn("follow/gdp/kafka/paid", "follow.two");
        write("follow.one", "nobody asked");
        write("follow.two", "two");
        submitted("follow", "gdp", 2);

        subscribe("follow", "gdp", "{name: paid, topic: follow.one, from: latest}");
        awaitOn("follow/gdp/kafka/paid", "follow.one");
        write("follow.one", "three");

        assertThat(submitted("follow", "gdp", 3))
                .extracting(each -> each.body().payload())
                .containsExactly("one", "two", "three");
    }

    @Test
    void aRefusedPipelineReadsNothingAndMissesNothingWithEarliest() throws Exception {
        create("turned-away.paid", 1);
        subscribe("turned-away", "gdp", "{name: paid, topic: turned-away.paid, from: earliest}");
        write("turned-away.paid", "one");
        submitted("turned-away", "gdp", 1);

        change("turned-away/gdp/deprecate", "{\"reason\": \"wrong\", \"refusedFrom\": \"2020-01-01T00:00:00Z\"}");
        await().atMost(PATIENCE)
                .until(() -> positions("turned-away/gdp/kafka/paid").isEmpty());
        write("turned-away.paid", "two");
        change("turned-away/gdp/reinstate", "{\"reason\": \"right\"}");

        assertThat(submitted("turned-away", "gdp", 2))
                .extracting(each -> each.body().payload())
                .containsExactly("one", "two");
    }

    private static void change(String what, String body) {
        given().contentType("application/json")
                .body(body)
                .post("/pipelines/" + what)
                .then()
                .statusCode(200);
    }

    @Test
    void aRollBackBringsTheSubscriptionBack() throws Exception {
        create("brought-back.paid", 1);
        subscribe("brought-back", "gdp", "{name: paid, topic: brought-back.paid, from: earliest}");
        write("brought-back.paid", "one");
        submitted("brought-back", "gdp", 1);
        var version =
                given().get("/pipelines/brought-back/gdp").then().extract().<String>path("version");

        register("brought-back", "gdp", HOOK).statusCode(201);
        await().atMost(PATIENCE)
                .until(() -> positions("brought-back/gdp/kafka/paid").isEmpty());
        change("brought-back/gdp/rollback", "{\"version\": \"" + version + "\", \"reason\": \"it was better\"}");
        write("brought-back.paid", "two");

        assertThat(submitted("brought-back", "gdp", 2))
                .extracting(each -> each.body().payload())
                .containsExactly("one", "two");
    }

    @Test
    void aTopicThatIsMissingHoldsUpNobodyAndIsReadOnceItIsThere() throws Exception {
        subscribe("missing", "gdp", "{name: paid, topic: missing.later, from: earliest}");
        create("missing.now", 1);
        subscribe("missing", "other", "{name: paid, topic: missing.now, from: earliest}");
        write("missing.now", "now");
        assertThat(submitted("missing", "other", 1)).hasSize(1);
        assertThat(metric("barecount_subscription_waiting{subscription=\"missing/gdp/kafka/paid\""))
                .isEqualTo(1);

        create("missing.later", 1);
        write("missing.later", "later");

        assertThat(submitted("missing", "gdp", 1)).hasSize(1);
        await().atMost(PATIENCE)
                .until(() -> metric("barecount_subscription_waiting{subscription=\"missing/gdp/kafka/paid\"") == 0);
    }

    @Test
    void aTopicThatIsMadeAnewIsAnotherOne() throws Exception {
        create("anew.paid", 1);
        subscribe("anew", "gdp", "{name: paid, topic: anew.paid}");
        awaitBegun("anew/gdp/kafka/paid");
        write("anew.paid", "a", "a");
        submitted("anew", "gdp", 2);

        admin.deleteTopics(List.of("anew.paid")).all().get();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            create("anew.paid", 1);
            return true;
        });
        write("anew.paid", "a");

        assertThat(submitted("anew", "gdp", 3)).hasSize(3);
    }

    @Test
    void whoIsAboveItsRateHoldsUpNoOther() throws Exception {
        create("rate.paid", 1);
        subscribe("rate", "slow", "{name: paid, topic: rate.paid, from: earliest, maxPerMinute: 1}");
        subscribe("rate", "fast", "{name: paid, topic: rate.paid, from: earliest}");
        write("rate.paid", "a", "b", "c");

        assertThat(submitted("rate", "fast", 3)).hasSize(3);
        assertThat(submitted("rate", "slow", 1)).hasSize(1);
        assertThat(positions("rate/slow/kafka/paid").getFirst().nextOffset).isEqualTo(1);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(metric("barecount_subscription_lag{subscription=\"rate/slow/kafka/paid\"}"))
                                .isEqualTo(2));
    }

    private static double metric(String line) {
        return given().get("/q/metrics")
                .then()
                .extract()
                .asString()
                .lines()
                .filter(each -> each.startsWith(line))
                .mapToDouble(each -> Double.parseDouble(each.substring(each.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void onlyAllowedTopicsAreSubscribedTo() {
        register("allowed", "gdp", "- kafka: {name: paid, topic: others.paid}")
                .statusCode(422)
                .body("errors[0].code", Matchers.equalTo("topic-not-allowed"))
                .body("errors[0].pointer", Matchers.equalTo("/spec/triggers/0/kafka/topic"))
                .body("errors[0].hint", Matchers.startsWith("allowed are allowed.*"));
        register("barecount", "gdp", "- kafka: {name: paid, topic: barecount.runs}")
                .statusCode(422)
                .body("errors[0].message", Matchers.containsString("the platform's own"));
    }

    @Test
    void recordsAreGatheredByCountAndByTimeEachInOneRun() throws Exception {
        create("batch.paid", 2);
        subscribe(
                "batch", "gdp", "{name: paid, topic: batch.paid, from: earliest, batch: {records: 10, within: PT2S}}");
        var values = IntStream.range(0, 25).mapToObj(i -> "v" + i).toArray(String[]::new);
        write("batch.paid", values);

        var submitted = submitted("batch", "gdp", 3);

        assertThat(submitted)
                .extracting(each -> bodies(List.of(each), "value").size())
                .contains(10, 10);
        assertThat(bodies(submitted, "value")).containsExactlyInAnyOrder(values);
        assertThat(accepted(submitted)).hasSameSizeAs(submitted);
        assertThat(submitted.stream()
                        .flatMap(each -> each.records().stream())
                        .mapToLong(range -> range.last() - range.first() + 1)
                        .sum())
                .isEqualTo(25);
        awaitNothingIsLeft("batch/gdp/kafka/paid");
    }

    private static void awaitNothingIsLeft(String trigger) {
        await().atMost(PATIENCE)
                .until(() -> QuarkusTransaction.requiringNew()
                        .call(() -> WindowRow.count("trigger", trigger) == 0
                                && OccurrenceRow.count("id like ?1 and entry is not null", trigger + "/%") == 0));
    }

    @Test
    void aBatchIsCutBeforeItOutgrowsAPayload() throws Exception {
        create("cut.paid", 1);
        subscribe("cut", "gdp", "{name: paid, topic: cut.paid, from: earliest, batch: {records: 100, within: PT3S}}");
        write("cut.paid", "a".repeat(100_000), "b".repeat(100_000), "c".repeat(100_000));

        var submitted = submitted("cut", "gdp", 2);

        assertThat(submitted)
                .extracting(each -> bodies(List.of(each), "value").size())
                .containsExactly(2, 1);
        assertThat(accepted(submitted)).hasSize(2);
    }

    @Test
    void deliveriesAreGatheredAndARepeatIsThePlaceItHas() throws Exception {
        register("gathered", "gdp", batched("{events: 3, within: P1D}")).statusCode(201);

        var first = deliver("gathered", "msg_1", "{\"a\": 1}")
                .statusCode(202)
                .extract()
                .<String>path("run");
        deliver("gathered", "msg_2", "two").statusCode(202).body("run", Matchers.equalTo(first));
        deliver("gathered", "msg_1", "{\"a\": 1}").statusCode(202).body("run", Matchers.equalTo(first));
        deliver("gathered", "msg_bad", "AKIA" + "ABCDEFGH12345678").statusCode(422);
        deliver("gathered", "msg_large", "\"".repeat(100_000)).statusCode(413);
        deliver("gathered", "msg_3", "three").statusCode(202).body("run", Matchers.equalTo(first));
        var submitted = submitted("gathered", "gdp", 1);
        deliver("gathered", "msg_2", "two").statusCode(202).body("run", Matchers.equalTo(first));
        deliver("gathered", "msg_4", "four").statusCode(202).body("run", Matchers.not(first));

        assertThat(submitted).singleElement().satisfies(each -> {
            assertThat(each.run()).isEqualTo(RunId.parse(first));
            assertThat(each.door()).isEqualTo(Door.WEBHOOK);
            assertThat(each.records()).isNull();
        });
        assertThat(bodies(submitted, "id")).containsExactly("msg_1", "msg_2", "msg_3");
        assertThat(bodies(submitted, "body")).containsExactly("{\"a\": 1}", "two", "three");
        assertThat(accepted(submitted)).hasSize(1);
    }

    /** What none of them is, two texts side by side can look like: after a 202 that is no reason to refuse them. */
    @Test
    void whatWasTakenIsNotRefusedForWhatItStandsBeside() throws Exception {
        register("beside", "gdp", batched("{events: 2, within: P1D}")).statusCode(201);

        deliver("beside", "msg_1", "see http://example.com").statusCode(202);
        deliver("beside", "msg_2", "ann@example.com").statusCode(202);

        assertThat(accepted(submitted("beside", "gdp", 1))).hasSize(1);
    }

    @Test
    void aWindowThatIsDueIsClosedWithWhatItHas() throws Exception {
        register("due", "gdp", batched("{events: 1000, within: PT1S}")).statusCode(201);

        var run = deliver("due", "msg_1", "one").statusCode(202).extract().<String>path("run");

        assertThat(submitted("due", "gdp", 1))
                .extracting(each -> each.run().toString())
                .containsExactly(run);
        awaitNothingIsLeft("due/gdp/webhook/orders");
    }

    /** As an instance leaves it that is killed after it closed a window. */
    @Test
    void aClosedWindowThatNobodyHandedOnIsHandedOn() throws Exception {
        register("left", "gdp", batched("{events: 1000, within: P1D}")).statusCode(201);
        var run = deliver("left", "msg_1", "one").statusCode(202).extract().<String>path("run");

        QuarkusTransaction.requiringNew()
                .run(() -> WindowRow.update(
                        "closedAt = ?1 where id = ?2", Instant.now().minusSeconds(60), run));

        assertThat(submitted("left", "gdp", 1))
                .extracting(each -> each.run().toString())
                .containsExactly(run);
    }

    @Test
    void whatComesAtOnceIsInOneWindowEachAndInNoneTwice() throws Exception {
        register("crowd", "one", batched("{events: 7, within: PT3S}")).statusCode(201);
        register("crowd", "two", batched("{events: 10, within: PT3S}").replace("orders,", "others,"))
                .statusCode(201);
        var calls = new ArrayList<Callable<Integer>>();
        for (var i = 0; i < 100; i++) {
            var id = "msg_" + i;
            for (var hook : List.of("orders", "others", "orders", "others")) {
                calls.add(() -> deliver("crowd/" + hook, id, id).extract().statusCode());
            }
        }

        var answers = new ArrayList<Integer>();
        try (var pool = Executors.newFixedThreadPool(16)) {
            for (var answer : pool.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }

        assertThat(answers).containsOnly(202);
        var ids = IntStream.range(0, 100).mapToObj(i -> "msg_" + i).toList();
        for (var pipeline : List.of("one", "two")) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bodies(submitted("crowd", pipeline, 10), "id"))
                            .containsExactlyInAnyOrderElementsOf(ids));
            assertThat(submitted("crowd", pipeline, 10).stream()
                            .map(Submitted::run)
                            .collect(Collectors.toSet()))
                    .hasSameSizeAs(submitted("crowd", pipeline, 10));
        }
    }

    private static String batched(String batch) {
        return "- webhook: {name: orders, secret: \"file:orders-webhook\", batch: " + batch + "}";
    }

    private static ValidatableResponse deliver(String hook, String id, String body) {
        return given().contentType("application/json")
                .headers(SecretFiles.signed(SecretFiles.ORDERS, id, Instant.now(), body))
                .body(bytes(body))
                .post("/webhooks/" + (hook.contains("/") ? hook : hook + "/orders"))
                .then();
    }
}
