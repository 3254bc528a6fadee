package io.barecount.policy;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.example;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.policy.budget.Accounts;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.store.AccountStore;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service beside a real broker and a real database. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(GovernanceOnDisk.class)
class PolicyServiceTest {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject
    LiveGovernance live;

    @Inject
    EntityManager entities;

    @Inject
    AccountStore accounts;

    private TopicProbe probe;

    @BeforeEach
    void connect() {
        probe = new TopicProbe(bootstrapServers);
    }

    @AfterEach
    void disconnect() {
        probe.close();
    }

    private static RunId newRun() {
        return new RunId(UUID.randomUUID());
    }

    private Event<?> submit(RunId run, Manifest manifest) {
        return submit(accepted(run, manifest));
    }

    private Event<?> submit(ManifestEvent.Accepted accepted) {
        var run = accepted.run().toString();
        var event = TopicProbe.event(
                EventIds.ofName(run), run, accepted.spec().manifest().namespace(), NOON, accepted);
        probe.send(run, event);
        return event;
    }

    private Event<?> decisionOn(RunId run) {
        var events = probe.awaitEvents(Topic.DECISIONS, run.toString(), 1);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private long decisionsInTheStore() {
        return QuarkusTransaction.requiringNew()
                .call(() -> entities.createQuery("select count(*) from DecisionRow", Long.class)
                        .getSingleResult());
    }

    @Test
    void anAcceptedRunIsPermittedAndThePermitProvesIt() {
        var run = newRun();
        var cause = submit(run, example("gdp-transform"));

        var event = decisionOn(run);

        assertThat(event.source()).isEqualTo("/barecount/policy-service");
        assertThat(event.cause()).isEqualTo(cause.id());
        assertThat(event.namespace()).isEqualTo("finance");
        var permitted = (DecisionEvent.Permitted) event.data();
        var publicKey = VerifyingKey.ofPem(
                given().accept("application/x-pem-file").get("/keys/permit").asString());
        var permit = permitted
                .permit()
                .verify(List.of(publicKey))
                .predicate(Permit.PREDICATE_TYPE, Permit.class, permitted.spec().digest());
        assertThat(permit.run()).isEqualTo(run);
        assertThat(permit.boundary()).isEqualTo(permitted.boundary().digest());
        assertThat(permit.policySet()).isEqualTo(live.now().rules().digest());
        assertThat(permit.issuedAt()).isEqualTo(event.time());
        assertThat(permit.expiresAt()).isEqualTo(event.time().plus(Samples.VALIDITY));

        when().get("/decisions/" + run)
                .then()
                .statusCode(200)
                .body("run", equalTo(run.toString()))
                .body("outcome", equalTo("permitted"))
                .body("pipeline", equalTo("gdp-transform"))
                .body("boundary", equalTo("sap-hana"))
                .body("estimate.tasks", equalTo(6))
                .body("findings", hasSize(0))
                .body("permit.signatures[0].keyid", equalTo(Samples.KEY.keyId()))
                .body("expiresAt", equalTo(permit.expiresAt().toString()))
                .body("suggestion", nullValue());
    }

    @Test
    void aDeniedRunIsToldWithReasonAndSuggestion() {
        var run = newRun();
        submit(run, example("tiny-report"));

        var denied = (DecisionEvent.Denied) decisionOn(run).data();

        assertThat(denied.findings()).hasSize(1);
        assertThat(denied.suggestion().change()).startsWith("lambda");
        when().get("/decisions/" + run)
                .then()
                .statusCode(200)
                .body("outcome", equalTo("denied"))
                .body("findings.rule", contains("no-expensive-runner-for-trivial-job"))
                .body("findings[0].level", equalTo("deny"))
                .body("suggestion.path", equalTo("/spec/runner/type"))
                .body("permit", nullValue());
    }

    @Test
    void aRepeatedRecordIsDecidedOnce() {
        var run = newRun();
        var event = submit(run, example("gdp-transform"));
        probe.send(run.toString(), event);
        submit(run, example("tiny-report"));

        // records of one partition are decided in order: once the last one is, so are the repeats
        var behind = newRunBesides(run);
        submit(behind, draft().manifest());
        decisionOn(behind);

        assertThat(decisionOn(run).data()).isInstanceOf(DecisionEvent.Permitted.class);
    }

    /** A run whose records are in the same partition: all of them are read in one order. */
    private RunId newRunBesides(RunId run) {
        var partitions = Topic.MANIFESTS.partitions();
        return Stream.generate(PolicyServiceTest::newRun)
                .filter(other -> partition(other, partitions) == partition(run, partitions))
                .findFirst()
                .orElseThrow();
    }

    private static int partition(RunId run, int partitions) {
        var key = run.toString().getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    @Test
    void whatIntakeRejectedIsNotDecided() {
        var rejected = newRun();
        var event = TopicProbe.event(
                EventIds.ofName(rejected.toString()),
                rejected.toString(),
                "finance",
                NOON,
                new ManifestEvent.Rejected(
                        rejected,
                        "finance",
                        "sample",
                        Door.HTTP,
                        "ada",
                        List.of(new Violation("unknown-field", "/x", 1, 1, "m", "h"))));
        probe.send(rejected.toString(), event);
        var behind = newRunBesides(rejected);
        submit(behind, draft().manifest());
        decisionOn(behind);

        when().get("/decisions/" + rejected)
                .then()
                .statusCode(404)
                .body("type", equalTo("urn:barecount:problem:no-decision"));
    }

    @Test
    void aPoisonousRecordStopsNothing() {
        var poisoned = newRun();
        var good = newRunBesides(poisoned);
        probe.send(
                Topic.MANIFESTS.topicName(),
                poisoned.toString(),
                Map.of("ce_type", EventTypes.typeOf(ManifestEvent.Accepted.class)),
                "no json".getBytes(StandardCharsets.UTF_8));
        submit(good, draft().manifest());

        decisionOn(good);

        var dead = probe.await(Topic.MANIFESTS.deadLetterName(), poisoned.toString(), 1)
                .get(0);
        assertThat(new String(dead.value(), StandardCharsets.UTF_8)).isEqualTo("no json");
        assertThat(TopicProbe.headers(dead)).containsEntry("dead-letter-stage", "/barecount/policy-service");
    }

    @Test
    void manyRunsAreEachDecidedOnce() {
        var manifest = example("gdp-transform");
        var runs = Stream.generate(PolicyServiceTest::newRun).limit(5_000).toList();
        var keys = runs.stream().map(RunId::toString).collect(Collectors.toSet());
        var started = System.nanoTime();
        var worked = stageCpuNanos();
        sendAtOnce(runs, manifest);

        var decided = probe.await(Topic.DECISIONS.topicName(), record -> keys.contains(record.key()), runs.size());

        System.out.printf(
                "decisions: %,.0f/s from topic to topic, %,.0f us of the stage's processor time each%n",
                runs.size() * 1e9 / (System.nanoTime() - started), (stageCpuNanos() - worked) / 1e3 / runs.size());
        assertThat(decided).extracting(ConsumerRecord::key).containsExactlyInAnyOrderElementsOf(keys);
    }

    private static long stageCpuNanos() {
        var threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals("stage-policy-service"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    private void sendAtOnce(List<RunId> runs, Manifest manifest) {
        var config =
                Map.<String, Object>of("bootstrap.servers", bootstrapServers, "linger.ms", 5, "batch.size", 200_000);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            for (var run : runs) {
                var event = TopicProbe.event(run.value(), run.toString(), "finance", NOON, accepted(run, manifest));
                var record = new ProducerRecord<>(Topic.MANIFESTS.topicName(), run.toString(), EventCodec.value(event));
                EventCodec.headers(event)
                        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
                producer.send(record);
            }
        }
    }

    @Test
    void aCheckTellsTheDecisionAndChangesNothing() {
        var before = decisionsInTheStore();

        given().contentType("application/json")
                .body(Json.text(example("tiny-report")))
                .post("/check")
                .then()
                .statusCode(200)
                .body("outcome", equalTo("denied"))
                .body("run", nullValue())
                .body("decidedAt", nullValue())
                .body("findings.rule", contains("no-expensive-runner-for-trivial-job"))
                .body("suggestion.change", containsString("lambda"));
        given().contentType("application/json")
                .body(Json.text(example("gdp-transform")))
                .post("/check")
                .then()
                .statusCode(200)
                .body("outcome", equalTo("permitted"))
                .body("permit", nullValue())
                .body("estimate.likely.amount", equalTo("0.1759999998"));

        assertThat(decisionsInTheStore()).isEqualTo(before);
    }

    @Test
    void aCheckOfWhatIsNoManifestSaysWhy() {
        given().contentType("application/json")
                .body("{\"kind\": ")
                .post("/check")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:barecount:problem:manifest-unreadable"));
        given().contentType("application/json")
                .body(Json.text(example("gdp-transform")).replace("\"timeout\"", "\"timeuot\""))
                .post("/check")
                .then()
                .statusCode(400)
                .body("detail", containsString("timeuot"));
        given().contentType("application/json")
                .body("{\"metadata\": {\"name\": \"x\"}, \"spec\": {\"runner\": {\"type\": \"ec2\"}}}")
                .post("/check")
                .then()
                .statusCode(400)
                .body("type", equalTo("urn:barecount:problem:manifest-incomplete"))
                .body("errors", hasItems("/metadata/namespace", "/spec/data", "/spec/runner/ec2", "/spec/network"));
        given().contentType("application/json")
                .body("null")
                .post("/check")
                .then()
                .statusCode(400);
        given().contentType("application/json").body("").post("/check").then().statusCode(400);
    }

    @Test
    void anUnknownOrMalformedRunIsAProblem() {
        when().get("/decisions/" + newRun())
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:barecount:problem:no-decision"));
        when().get("/decisions/nonsense")
                .then()
                .statusCode(400)
                .body("type", equalTo("urn:barecount:problem:malformed-run"));
    }

    @Test
    void whatDecisionsAreMadeFromIsShownWithItsDigests() {
        when().get("/policies")
                .then()
                .statusCode(200)
                .body("digest", equalTo(live.now().rules().digest().toString()))
                .body("sets[0].name", equalTo("baseline"))
                .body("sets[0].rules.id", hasItem("within-declared-ceiling"))
                .body("sets[0].rules[0].level", equalTo("deny"))
                .body("sets[0].rules[0].condition", notNullValue());
        when().get("/boundaries")
                .then()
                .statusCode(200)
                .body("boundary.name", contains("commerce-core", "corporate-vpn", "factory", "sap-hana"));
        when().get("/boundaries/sap-hana")
                .then()
                .statusCode(200)
                .body("boundary.model", equalTo("privatelink"))
                .body(
                        "digest",
                        equalTo(live.now()
                                .boundaries()
                                .named("sap-hana")
                                .orElseThrow()
                                .digest()
                                .toString()));
        when().get("/boundaries/nowhere")
                .then()
                .statusCode(404)
                .body("detail", containsString("commerce-core, corporate-vpn, factory, sap-hana"));
        when().get("/prices")
                .then()
                .statusCode(200)
                .body("digest", equalTo(live.now().prices().digest().toString()))
                .body("priceBook.currency", equalTo("USD"))
                .body("priceBook.items.item", hasItem("glue.dpu-hour"));
        when().get("/keys/permit")
                .then()
                .statusCode(200)
                .body("keyId", equalTo(Samples.KEY.keyId()))
                .body("algorithm", equalTo("Ed25519"))
                .body("pem", equalTo(Samples.KEY.verifyingKey().toPem()));
    }

    @Test
    void theServiceIsReady() {
        when().get("/q/health/ready").then().statusCode(200);
    }

    /** Admitted together they can't overspend together: a thousand come at once, a hundred are paid, and none is lost. */
    @Test
    void aBudgetForAHundredAdmitsAHundredOfAThousandAndTheNextOnceOneHasEnded() {
        var manifest = draft().of("crowd").manifest();
        var runs = Stream.generate(PolicyServiceTest::newRun).limit(1_000).toList();
        runs.forEach(run -> submit(run, manifest));

        var keys = runs.stream().map(RunId::toString).collect(Collectors.toSet());
        var decided =
                probe.await(Topic.DECISIONS.topicName(), record -> keys.contains(record.key()), runs.size()).stream()
                        .map(record -> EventCodec.decode(Topic.DECISIONS, TopicProbe.headers(record), record.value())
                                .data())
                        .toList();
        assertThat(decided).hasSize(runs.size());
        var permitted = decided.stream()
                .filter(DecisionEvent.Permitted.class::isInstance)
                .map(DecisionEvent.Permitted.class::cast)
                .toList();
        assertThat(permitted).hasSize(GovernanceOnDisk.PAID);
        assertThat(decided.stream()
                        .filter(DecisionEvent.Denied.class::isInstance)
                        .map(DecisionEvent.Denied.class::cast))
                .hasSize(1_000 - GovernanceOnDisk.PAID)
                .allSatisfy(
                        denied -> assertThat(denied.findings().get(0).rule()).isEqualTo("within-budget"));

        var first = permitted.get(0).run();
        var ended = new RunEvent.Succeeded(first, "crowd", "sample", NOON, 1, 0, Money.zero("USD"));
        var event = TopicProbe.event(EventIds.ofName("end/" + first), first.toString(), "crowd", NOON, ended);
        probe.send(first.toString(), event);
        probe.send(first.toString(), event);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                given().get("/budgets/crowd").jsonPath().getString("spent.amount"))
                        .isEqualTo("0"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> given().get("/budgets/crowd").jsonPath().getDouble("left.amount") > 0);
        var one = newRun();
        var another = newRun();
        submit(one, manifest);
        assertThat(decisionOn(one).data()).isInstanceOf(DecisionEvent.Permitted.class);
        submit(another, manifest);
        assertThat(decisionOn(another).data()).isInstanceOf(DecisionEvent.Denied.class);
    }

    /** From the fifth run on that succeeded, what they took is what the next one is expected to take; those that failed say nothing. */
    @Test
    void endedRunsTellWhatTheNextOneIsLikelyToCost() {
        var manifest = draft().of("learning").manifest();
        var tariff = Samples.shipped().judge(Samples.ask(manifest)).estimate().tariff();
        for (var seconds = 1; seconds <= 6; seconds++) {
            var run = newRun();
            submit(run, manifest);
            decisionOn(run);
            var cost = tariff.cost(Duration.ofSeconds(20L + seconds));
            end(
                    seconds == 6
                            ? new RunEvent.Failed(run, "learning", "sample", NOON, 1, 1, cost, "no")
                            : new RunEvent.Succeeded(run, "learning", "sample", NOON, 1, 0, cost));
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().contentType("application/json")
                        .body(Json.text(manifest))
                        .post("/check")
                        .then()
                        .body("estimate.runs", equalTo(5))
                        .body("estimate.perTask", equalTo("PT23S")));
        var next = newRun();
        submit(next, manifest);
        var permitted = (DecisionEvent.Permitted) decisionOn(next).data();
        assertThat(permitted.estimate().runs()).isEqualTo(5);
        assertThat(permitted.estimate().likely()).isEqualTo(tariff.cost(Duration.ofSeconds(23)));
    }

    private void end(RunEvent ended) {
        var run = ended.run().toString();
        probe.send(run, TopicProbe.event(EventIds.ofName("end/" + run), run, ended.namespace(), NOON, ended));
    }

    @Test
    void aRunnerThatIsLeftToGovernanceIsChosenAndTold() {
        var manifest = draft().on(Samples.auto(512)).manifest();
        var run = newRun();
        submit(run, manifest);

        var permitted = (DecisionEvent.Permitted) decisionOn(run).data();

        assertThat(permitted.spec().manifest().spec().runner()).isEqualTo(Samples.lambda(512));
        when().get("/decisions/" + run)
                .then()
                .body("choice.runner.type", equalTo("lambda"))
                .body("choice.others.find { it.type == 'onprem' }.why", equalTo("forbidden"))
                .body("choice.others.find { it.type == 'onprem' }.rules", hasItem("boundary-allows-runner"));
        given().contentType("application/json")
                .body(Json.text(manifest))
                .post("/check")
                .then()
                .statusCode(200)
                .body("outcome", equalTo("permitted"))
                .body("spec", equalTo(permitted.spec().digest().toString()))
                .body("choice.runner.lambda.memoryMiB", equalTo(512));
    }

    /** Another instance is another transaction: it waits for the first one, and then sees what that has reserved. */
    @Test
    void twoInstancesTakeTurnsWithAnAccount() throws Exception {
        var budget = new Budget("turns", "turns", null, new Money(BigDecimal.TEN, "USD"), Budget.Period.YEAR, "finops");
        var six = new Money(BigDecimal.valueOf(6), "USD");
        var locked = new CountDownLatch(1);
        var other = new AtomicReference<Future<Accounts>>();
        try (var instances = Executors.newSingleThreadExecutor()) {
            QuarkusTransaction.requiringNew().run(() -> {
                var open = accounts.lock(List.of(budget), NOON);
                assertThat(open.lacking(six)).isEmpty();
                other.set(instances.submit(() -> QuarkusTransaction.requiringNew()
                        .call(() -> {
                            locked.countDown();
                            return accounts.lock(List.of(budget), NOON);
                        })));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> locked.getCount() == 0 && backendsWaitingForALock() == 1);
                accounts.post(null, open.reserve(six));
                assertThat(other.get()).isNotDone();
            });

            var seen = other.get().get(30, TimeUnit.SECONDS);
            assertThat(seen.all().get(0).reserved()).isEqualTo(six);
            assertThat(seen.lacking(six)).isPresent();
        }
    }

    private long backendsWaitingForALock() {
        return QuarkusTransaction.requiringNew()
                .call(() -> ((Number) entities.createNativeQuery(
                                        "select count(*) from pg_locks where locktype = 'advisory' and not granted")
                                .getSingleResult())
                        .longValue());
    }
}
