package io.barecount.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service as it runs, against a real broker and a real database; the agents are the test's. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(TestKeys.class)
class RunnerGatewayTest {
    private static final Duration MOST = Duration.ofSeconds(30);

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private TopicProbe probe;
    private final RunId run = new RunId(UUID.randomUUID());

    /** An agent and a boundary of this test alone, so that tests don't take each other's work. */
    private final String agent = "agent-" + run;

    @BeforeEach
    void connect() {
        probe = new TopicProbe(bootstrapServers);
    }

    @AfterEach
    void disconnect() {
        probe.close();
    }

    @Test
    void anAgentClaimsExecutesAndReportsAndARepeatOfEachChangesNothing() {
        var start = start(Permitted.KEY);
        say(start);
        say(start);
        var offer = pollUntilOffered(agent);
        var claim = new Claim(agent, offer.epoch(), "claim-1");

        assertThat(claim(offer.attempt(), claim)).isEqualTo(200);
        assertThat(claim(offer.attempt(), claim)).isEqualTo(200);
        assertThat(claim(offer.attempt(), new Claim(agent, offer.epoch(), "claim-2")))
                .isEqualTo(409);
        var report = report("claim-1", offer);
        assertThat(report(offer.attempt(), report)).isEqualTo(200);
        assertThat(report(offer.attempt(), report)).isEqualTo(200);
        assertThat(report(offer.attempt(), report("claim-2", offer))).isEqualTo(409);

        var events = executions(2);
        assertThat(events.get(0)).isInstanceOf(ExecutionEvent.Started.class);
        var succeeded = (ExecutionEvent.Succeeded) events.get(1);
        var statement = succeeded.evidence().verify(List.of(evidenceKey()));
        var evidence = Json.fromTree(statement.predicate(), Evidence.class);
        assertThat(evidence.attempt()).isEqualTo(offer.attempt());
        assertThat(evidence.provider()).isEqualTo("local");
        assertThat(evidence.runner()).isEqualTo(agent);
        assertThat(evidence.spec()).isEqualTo(start.spec().digest());
        assertThat(evidence.configuration().applied()).containsEntry("heap", "64MiB");
        passThrough();
        assertThat(executions(2)).hasSize(2);
    }

    @Test
    void nothingIsOfferedWithoutAPermitOfATrustedKey() {
        say(start(SigningKey.generate()));

        var failed = (ExecutionEvent.Failed) executions(1).get(0);
        assertThat(failed.failureClass()).isEqualTo(FailureClass.PERMIT_REFUSED);
        assertThat(poll(agent)).isEmpty();
    }

    @Test
    void ofAgentsThatAskAtOnceOneIsOfferedTheAttempt() {
        say(start(Permitted.KEY));
        try (var agents = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> poll(agent + "-" + i), agents))
                    .toList();
            assertThat(answers.stream().flatMap(answer -> answer.join().stream()))
                    .hasSize(1);
        }
    }

    @Test
    void anOfferThatNobodyClaimedIsMadeAgainAndTheOldOneIsVoid() {
        say(start(Permitted.KEY));
        var first = pollUntilOffered(agent);
        var second = pollUntilOffered(agent + "-other");

        assertThat(second.attempt()).isEqualTo(first.attempt());
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(claim(first.attempt(), new Claim(agent, first.epoch(), "claim-1")))
                .isEqualTo(409);
        assertThat(claim(first.attempt(), new Claim(agent + "-other", second.epoch(), "claim-2")))
                .isEqualTo(200);
    }

    @Test
    void whatASilentAgentHeldIsLostAndItsLateReportIsRefused() {
        say(start(Permitted.KEY));
        var offer = pollUntilOffered(agent);
        claim(offer.attempt(), new Claim(agent, offer.epoch(), "claim-1"));

        var failed = (ExecutionEvent.Failed) executions(2).get(1);
        assertThat(failed.failureClass()).isEqualTo(FailureClass.INTERRUPTED);
        assertThat(failed.reason()).contains("not heard of");
        assertThat(report(offer.attempt(), report("claim-1", offer))).isEqualTo(409);
        assertThat(claim(offer.attempt(), new Claim(agent, offer.epoch(), "claim-1")))
                .isEqualTo(409);
    }

    @Test
    void aStopReachesTheAgentWithItsNextBeat() {
        say(start(Permitted.KEY));
        var offer = pollUntilOffered(agent);
        claim(offer.attempt(), new Claim(agent, offer.epoch(), "claim-1"));
        probe.send(
                run.toString(),
                TopicProbe.event(
                        UUID.randomUUID(),
                        offer.attempt().toString(),
                        "team-a",
                        Instant.now(),
                        new DispatchEvent.Stop(offer.attempt(), "cancelled by a person")));

        await().atMost(MOST)
                .untilAsserted(() -> assertThat(beat(offer.attempt()).stop()).containsExactly(offer.attempt()));
    }

    @Test
    void aRecordThatIsNoDispatchGoesToTheDeadLettersAndTheNextIsTaken() {
        probe.send(Topic.DISPATCHES.topicName(), run.toString(), Map.of(), "garbage".getBytes(StandardCharsets.UTF_8));
        say(start(Permitted.KEY));

        var dead = probe.await(Topic.DISPATCHES.topicName() + ".dlq", run.toString(), 1)
                .get(0);
        assertThat(TopicProbe.headers(dead)).containsKeys("dead-letter-reason", "dead-letter-offset");
        assertThat(dead.value()).asString().isEqualTo("garbage");
        assertThat(pollUntilOffered(agent).attempt().run()).isEqualTo(run);
    }

    private DispatchEvent.Start start(SigningKey key) {
        var spec = Permitted.spec(RunnerType.LAMBDA, run.toString());
        var boundary = Permitted.boundary(run.toString());
        return new DispatchEvent.Start(
                run.task(0).attempt(1),
                spec,
                "a",
                false,
                boundary,
                Permitted.estimate(),
                Permitted.permit(
                        run, spec, boundary, Instant.now(), Instant.now().plusSeconds(60), key));
    }

    private void say(DispatchEvent.Start start) {
        probe.send(
                run.toString(),
                TopicProbe.event(run.value(), start.attempt().toString(), "team-a", Instant.now(), start));
    }

    /** When something that was sent after all else has come out, all else has been dealt with. */
    private void passThrough() {
        var marker = new DispatchEvent.Stop(run.task(1).attempt(1), "marker");
        probe.send(
                run.toString(),
                TopicProbe.event(run.value(), marker.attempt().toString(), "team-a", Instant.now(), marker));
        await().atMost(MOST)
                .until(() -> given().get("/attempts/" + run).asString().contains("marker"));
    }

    private List<ExecutionEvent> executions(int count) {
        return probe.awaitEvents(Topic.EXECUTIONS, run.toString(), count).stream()
                .map(event -> (ExecutionEvent) event.data())
                .filter(event -> event.attempt().task().index() == 0)
                .toList();
    }

    private Offer pollUntilOffered(String who) {
        return await().atMost(MOST)
                .until(() -> poll(who), offers -> !offers.isEmpty())
                .get(0);
    }

    private List<Offer> poll(String who) {
        var poll = new Poll(1, List.of(RunnerType.LAMBDA), List.of(run.toString()), Poll.Egress.RECORD);
        var answer = given().contentType("application/json")
                .body(Json.text(poll))
                .post("/agents/" + who + "/poll")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        return Arrays.asList(Json.read(answer, Offer[].class));
    }

    private Beat.Answer beat(AttemptId... holding) {
        var answer = given().contentType("application/json")
                .body(Json.text(new Beat(List.of(holding))))
                .post("/agents/" + agent + "/beat")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        return Json.read(answer, Beat.Answer.class);
    }

    private static int claim(AttemptId attempt, Claim claim) {
        return post("/attempts/" + attempt + "/claim", claim);
    }

    private static int report(AttemptId attempt, Report report) {
        return post("/attempts/" + attempt + "/report", report);
    }

    private static int post(String path, Object body) {
        return given().contentType("application/json")
                .body(Json.text(body))
                .post(path)
                .statusCode();
    }

    private Report report(String claimId, Offer offer) {
        return new Report(
                agent,
                offer.epoch(),
                claimId,
                Report.Outcome.SUCCEEDED,
                null,
                null,
                Instant.now(),
                Instant.now(),
                0,
                Map.of("os", "Linux"),
                Map.of("heap", "64MiB"),
                "host network",
                Evidence.CONFIGURED_NOT_OBSERVED,
                null,
                Map.of());
    }

    private static VerifyingKey evidenceKey() {
        return VerifyingKey.ofPem(given().get("/keys/evidence").jsonPath().getString("publicKey"));
    }
}
