package io.barecount.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventIds;
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
    private final String boundary = run.toString();

    private SpeakingAgent agent;

    @BeforeEach
    void connect() {
        probe = new TopicProbe(bootstrapServers);
        agent = SpeakingAgent.known("agent-" + run, boundary);
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

        assertThat(agent.claim(offer, "claim-1")).isEqualTo(200);
        assertThat(agent.claim(offer, "claim-1")).isEqualTo(200);
        assertThat(agent.claim(offer, "claim-2")).isEqualTo(409);
        assertThat(agent.report(offer, "claim-1")).isEqualTo(200);
        assertThat(agent.report(offer, "claim-1")).isEqualTo(200);
        assertThat(agent.report(offer, "claim-2")).isEqualTo(409);

        var events = executions(2);
        assertThat(events.get(0)).isInstanceOf(ExecutionEvent.Started.class);
        var succeeded = (ExecutionEvent.Succeeded) events.get(1);
        var statement = succeeded.evidence().verify(List.of(evidenceKey()));
        var evidence = Json.fromTree(statement.predicate(), Evidence.class);
        assertThat(evidence.attempt()).isEqualTo(offer.attempt());
        assertThat(evidence.provider()).isEqualTo("local");
        assertThat(evidence.runner()).isEqualTo(agent.id);
        assertThat(evidence.agentStatement().publicKey())
                .isEqualTo(agent.key.verifyingKey().toPem());
        assertThat(evidence.agentStatement()
                        .envelope()
                        .verify(List.of(agent.key.verifyingKey()))
                        .predicateType())
                .isEqualTo(Report.PREDICATE_TYPE);
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
        assertThat(agent.poll(boundary)).isEmpty();
    }

    @Test
    void whatIsStartedTogetherIsCheckedOneByOne() {
        var start = start(SigningKey.generate());
        var together = new DispatchEvent.StartAll(
                List.of(start.attempt(), run.task(1).attempt(1)),
                start.spec(),
                start.boundary(),
                start.estimate(),
                start.permit());
        probe.send(
                run.toString(),
                TopicProbe.event(run.value(), start.attempt().toString(), "team-a", Instant.now(), together));

        assertThat(probe.awaitEvents(Topic.EXECUTIONS, run.toString(), 2))
                .extracting(Event::subject)
                .containsExactly(run + "/0/1", run + "/1/1");
    }

    @Test
    void aRevocationStopsWhatWaitsAndStartsNothingMoreOfTheRun() {
        var start = start(Permitted.KEY);
        say(start);
        pollUntilOffered(agent);
        var revoked = new DecisionEvent.Revoked(
                run, "team-a", "sample", start.spec().digest(), "gus", "not ours", Instant.now());
        probe.send(
                run.toString(),
                TopicProbe.event(EventIds.ofName("revoke/" + run), run.toString(), "team-a", Instant.now(), revoked));

        assertThat(executions(1).get(0))
                .isInstanceOfSatisfying(
                        ExecutionEvent.Stopped.class,
                        stopped -> assertThat(stopped.reason()).contains("gus"));
        say(new DispatchEvent.Start(
                run.task(0).attempt(2),
                start.spec(),
                start.slice(),
                start.merge(),
                start.boundary(),
                start.estimate(),
                start.permit()));
        var refused = (ExecutionEvent.Failed) executions(2).get(1);
        assertThat(refused.failureClass()).isEqualTo(FailureClass.PERMIT_REFUSED);
        assertThat(refused.reason()).contains("revoked").contains("not ours");
    }

    @Test
    void ofAgentsThatAskAtOnceOneIsOfferedTheAttempt() {
        say(start(Permitted.KEY));
        try (var agents = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 8)
                    .mapToObj(i -> SpeakingAgent.known(agent.id + "-" + i, boundary))
                    .map(one -> CompletableFuture.supplyAsync(() -> one.poll(boundary), agents))
                    .toList();
            assertThat(answers.stream().flatMap(answer -> answer.join().stream()))
                    .hasSize(1);
        }
    }

    @Test
    void anOfferThatNobodyClaimedIsMadeAgainAndTheOldOneIsVoid() {
        say(start(Permitted.KEY));
        var first = pollUntilOffered(agent);
        var other = SpeakingAgent.known(agent.id + "-other", boundary);
        var second = pollUntilOffered(other);

        assertThat(second.attempt()).isEqualTo(first.attempt());
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(agent.claim(first, "claim-1")).isEqualTo(409);
        assertThat(other.claim(second, "claim-2")).isEqualTo(200);
    }

    @Test
    void whatASilentAgentHeldIsLostAndItsLateReportIsRefused() {
        say(start(Permitted.KEY));
        var offer = pollUntilOffered(agent);
        agent.claim(offer, "claim-1");

        var failed = (ExecutionEvent.Failed) executions(2).get(1);
        assertThat(failed.failureClass()).isEqualTo(FailureClass.INTERRUPTED);
        assertThat(failed.reason()).contains("not heard of");
        assertThat(agent.report(offer, "claim-1")).isEqualTo(409);
        assertThat(agent.claim(offer, "claim-1")).isEqualTo(409);
    }

    @Test
    void aStopReachesTheAgentWithItsNextBeat() {
        say(start(Permitted.KEY));
        var offer = pollUntilOffered(agent);
        agent.claim(offer, "claim-1");
        probe.send(
                run.toString(),
                TopicProbe.event(
                        UUID.randomUUID(),
                        offer.attempt().toString(),
                        "team-a",
                        Instant.now(),
                        new DispatchEvent.Stop(offer.attempt(), "cancelled by a person")));

        await().atMost(MOST)
                .untilAsserted(() -> assertThat(
                                Json.read(agent.beat(offer.attempt()).asByteArray(), Beat.Answer.class)
                                        .stop())
                        .containsExactly(offer.attempt()));
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

    private Offer pollUntilOffered(SpeakingAgent who) {
        return await().atMost(MOST)
                .until(() -> who.poll(boundary), offers -> !offers.isEmpty())
                .get(0);
    }

    private static VerifyingKey evidenceKey() {
        return VerifyingKey.ofPem(given().get("/keys/evidence").jsonPath().getString("publicKey"));
    }
}
