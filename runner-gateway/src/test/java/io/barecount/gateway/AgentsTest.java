package io.barecount.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Bundle;
import io.barecount.contracts.agent.Enrolment;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may speak as an agent, and how one is reached by files. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(TestKeys.class)
class AgentsTest {
    private static final Duration MOST = Duration.ofSeconds(30);

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private TopicProbe probe;
    private final RunId run = new RunId(UUID.randomUUID());
    private final String boundary = run.toString();
    private final String id = "agent-" + run;

    @BeforeEach
    void connect() {
        probe = new TopicProbe(bootstrapServers);
    }

    @AfterEach
    void disconnect() {
        probe.close();
    }

    @Test
    void aTokenMakesOneAgentKnownOnceAndItsRepeatIsAnsweredAgain() {
        var token = token(id);
        var agent = SpeakingAgent.stranger(id);

        assertThat(enrol(agent, token)).isEqualTo(200);
        assertThat(enrol(agent, token)).isEqualTo(200);
        assertThat(agent.openSession("here")).isEqualTo(200);
        assertThat(enrol(SpeakingAgent.stranger(id), token)).isEqualTo(403);
        assertThat(enrol(SpeakingAgent.stranger(id + "-2"), token(id))).isEqualTo(403);
        assertThat(enrol(SpeakingAgent.stranger(id + "-3"), "bce_made-up")).isEqualTo(403);
    }

    @Test
    void aTokenWithoutANameGivesNoKnownAgentAnotherKey() {
        SpeakingAgent.known(id, boundary);

        assertThat(enrol(SpeakingAgent.stranger(id), token(null))).isEqualTo(403);
    }

    @Test
    void nobodyIsHeardWithoutTheKeyTheSessionAndTheTime() {
        var agent = SpeakingAgent.known(id, boundary);
        assertThat(agent.beat().statusCode()).isEqualTo(200);

        assertThat(SpeakingAgent.stranger(id).beat().statusCode()).isEqualTo(401);
        assertThat(SpeakingAgent.stranger(id + "-x").beat().statusCode()).isEqualTo(404);
        assertThat(agent.copy().beat().statusCode()).isEqualTo(409);
        agent.clockOff = Duration.ofMinutes(-5);
        assertThat(agent.beat().statusCode()).isEqualTo(401);
        assertThat(agent.beat().jsonPath().getString("detail")).contains("clock");
        given().contentType("application/json")
                .body(Json.text(new Beat(List.of())))
                .post("/agents/" + id + "/beat")
                .then()
                .statusCode(400);
    }

    @Test
    void aCopyOfAnAgentWaitsUntilTheFirstIsSilentAndThenTheFirstIsRefused() {
        var agent = SpeakingAgent.known(id, boundary);
        var copy = agent.copy();

        assertThat(copy.openSession("elsewhere")).isEqualTo(409);
        assertThat(agent.beat().statusCode()).isEqualTo(200);
        await().atMost(MOST).until(() -> copy.openSession("elsewhere") == 200);
        assertThat(copy.beat().statusCode()).isEqualTo(200);
        assertThat(agent.beat().jsonPath().getString("type")).endsWith("session-superseded");
    }

    @Test
    void aNewLifeAtTheSamePlaceLosesWhatItDoesNotHoldOnlyAfterALease() {
        var agent = SpeakingAgent.known(id, boundary);
        say(start(run.toString()));
        var offer = pollUntilOffered(agent);
        agent.claim(offer, "claim-1");

        assertThat(agent.openSession("here")).isEqualTo(200);
        assertThat(agent.beat().statusCode()).isEqualTo(200);
        assertThat(agent.claim(offer, "claim-1")).as("still its own").isEqualTo(200);
    }

    @Test
    void aRevokedAgentIsNotHeardAndWhatItHeldIsLost() {
        var agent = SpeakingAgent.known(id, boundary);
        say(start(run.toString()));
        var offer = pollUntilOffered(agent);
        agent.claim(offer, "claim-1");

        post("revoke", Map.of("reason", "stolen")).then().statusCode(200);

        assertThat(agent.beat().statusCode()).isEqualTo(403);
        assertThat(agent.report(offer, "claim-1")).isEqualTo(403);
        var failed = (ExecutionEvent.Failed) executions(2).get(1);
        assertThat(failed.failureClass()).isEqualTo(FailureClass.INTERRUPTED);
    }

    @Test
    void aDrainingAgentIsOfferedNothingUntilItResumes() {
        var agent = SpeakingAgent.known(id, boundary);
        post("drain", Map.of()).then().statusCode(200);
        say(start(run.toString()));

        assertThat(agent.poll(boundary)).isEmpty();
        post("resume", Map.of()).then().statusCode(200);
        assertThat(pollUntilOffered(agent).attempt().run()).isEqualTo(run);
    }

    @Test
    void anAgentIsOfferedNothingOfBoundariesThatItHasNoRightTo() {
        var elsewhere = SpeakingAgent.known(id + "-elsewhere", "elsewhere");
        say(start(run.toString()));

        assertThat(elsewhere.poll(boundary)).isEmpty();
        assertThat(pollUntilOffered(SpeakingAgent.known(id, boundary)).attempt().run())
                .isEqualTo(run);
    }

    @Test
    void whatGoesThroughAnAirGapIsRecordedOnceAndSaysWhenItRanAndWhenItBecameKnown() {
        var agent = SpeakingAgent.stranger(id);
        agent.register(List.of(boundary), true);
        say(start(run.toString()));
        var bundle = await().atMost(MOST)
                .until(() -> export(UUID.randomUUID()), found -> !found.items().isEmpty());
        var item = bundle.items().get(0);
        assertThat(export(bundle.id())).isEqualTo(bundle);
        assertThat(export(UUID.randomUUID()).items()).as("it is given once").isEmpty();

        var statement = agent.succeeded(item.offer(), item.claimId())
                .sign(item.offer().attempt(), item.offer().spec().digest(), agent.key);
        var results = new Bundle.Results(
                bundle.id(), id, List.of(new Bundle.Result(item.offer().attempt(), statement)));
        var forged = results.sign(SigningKey.generate());
        assertThat(results(bundle.id(), forged).statusCode()).isEqualTo(422);
        assertThat(results(UUID.randomUUID(), results.sign(agent.key)).statusCode())
                .isEqualTo(422);
        assertThat(results(bundle.id(), results.sign(agent.key)).asString()).contains("recorded");
        assertThat(results(bundle.id(), results.sign(agent.key)).asString()).contains("known");

        var events = executions(2);
        var succeeded = (ExecutionEvent.Succeeded) events.get(1);
        var evidence = Json.fromTree(succeeded.evidence().peek().predicate(), Evidence.class);
        assertThat(evidence.airGap().bundle()).isEqualTo(bundle.id());
        assertThat(evidence.airGap().importedAt()).isAfter(evidence.endedAt());
    }

    @Test
    void whatIsNotImportedInTimeIsLostTrackOf() {
        var agent = SpeakingAgent.stranger(id);
        agent.register(List.of(boundary), true);
        say(start(run.toString()));
        await().atMost(MOST)
                .until(
                        () -> export(UUID.randomUUID(), Duration.ofMillis(500)),
                        found -> !found.items().isEmpty());

        var failed = (ExecutionEvent.Failed) executions(1).get(0);

        assertThat(failed.failureClass()).isEqualTo(FailureClass.LOST_TRACK);
    }

    private Bundle export(UUID bundle) {
        return export(bundle, Duration.ofMinutes(5));
    }

    private Bundle export(UUID bundle, Duration valid) {
        var answer = given().contentType("application/json")
                .body(Json.text(Map.of("valid", valid.toString())))
                .put("/agents/" + id + "/bundles/" + bundle)
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        var key = VerifyingKey.ofPem(given().get("/keys/evidence").jsonPath().getString("publicKey"));
        return Json.read(answer, Envelope.class).verify(Bundle.TYPE, Bundle.class, List.of(key));
    }

    private io.restassured.response.Response results(UUID bundle, Envelope envelope) {
        return given().contentType("application/json")
                .body(Json.text(envelope))
                .post("/agents/" + id + "/bundles/" + bundle + "/results");
    }

    private io.restassured.response.Response post(String what, Map<String, String> body) {
        return given().contentType("application/json").body(Json.text(body)).post("/agents/" + id + "/" + what);
    }

    private String token(String agent) {
        var request = Map.of("rights", Map.of("boundaries", List.of("*"), "airGap", false));
        return given().contentType("application/json")
                .body(Json.text(agent == null ? request : Map.of("agent", agent, "rights", request.get("rights"))))
                .post("/agents/tokens")
                .jsonPath()
                .getString("token");
    }

    private static int enrol(SpeakingAgent agent, String token) {
        return agent.say(
                        "/agents/" + agent.id + "/enrol",
                        new Enrolment(token, agent.key.verifyingKey().toPem()))
                .statusCode();
    }

    private DispatchEvent.Start start(String into) {
        var spec = Permitted.spec(RunnerType.LAMBDA, into);
        var where = Permitted.boundary(into);
        return new DispatchEvent.Start(
                run.task(0).attempt(1),
                spec,
                "a",
                false,
                where,
                Permitted.estimate(),
                Permitted.permit(run, spec, where, Instant.now(), Instant.now().plusSeconds(60), Permitted.KEY));
    }

    private void say(DispatchEvent.Start start) {
        probe.send(
                run.toString(),
                TopicProbe.event(run.value(), start.attempt().toString(), "team-a", Instant.now(), start));
    }

    private Offer pollUntilOffered(SpeakingAgent who) {
        return await().atMost(MOST)
                .until(() -> who.poll(boundary), offers -> !offers.isEmpty())
                .get(0);
    }

    private List<ExecutionEvent> executions(int count) {
        return probe.awaitEvents(Topic.EXECUTIONS, run.toString(), count).stream()
                .map(event -> (ExecutionEvent) event.data())
                .toList();
    }
}
