package io.barecount.gateway;

import static io.restassured.RestAssured.given;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.AgentRequest;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.agent.Session;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.SigningKey;
import io.restassured.response.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An agent that says what a test wants it to say, signed by its key. */
final class SpeakingAgent {
    final String id;
    final SigningKey key;
    private long session;

    /** How far its clock is from the gateway's. */
    Duration clockOff = Duration.ZERO;

    private SpeakingAgent(String id, SigningKey key) {
        this.id = id;
        this.key = key;
    }

    /** Not known to the gateway. */
    static SpeakingAgent stranger(String id) {
        return new SpeakingAgent(id, SigningKey.generate());
    }

    /** Registered for this boundary, and in session. */
    static SpeakingAgent known(String id, String boundary) {
        var agent = stranger(id);
        agent.register(List.of(boundary), false);
        agent.openSession("here");
        return agent;
    }

    /** With the same key, as if it were copied. */
    SpeakingAgent copy() {
        return new SpeakingAgent(id, key);
    }

    void register(List<String> boundaries, boolean airGap) {
        given().contentType("application/json")
                .body(Json.text(Map.of(
                        "publicKey",
                        key.verifyingKey().toPem(),
                        "rights",
                        Map.of("boundaries", boundaries, "runnerTypes", List.of(), "airGap", airGap))))
                .put("/agents/" + id)
                .then()
                .statusCode(200);
    }

    /** The answer's status. */
    int openSession(String place) {
        var answer = say("/agents/" + id + "/session", new Session(place, "test"));
        if (answer.statusCode() == 200) {
            session = Json.read(answer.asByteArray(), Session.Answer.class).session();
        }
        return answer.statusCode();
    }

    Response say(String path, Object body) {
        var at = Clock.systemUTC().instant().plus(clockOff);
        return given().contentType("application/json")
                .body(Json.text(AgentRequest.of(id, session, path, at, body).sign(key)))
                .post(path);
    }

    List<Offer> poll(String boundary) {
        var poll = new Poll(1, List.of(RunnerType.LAMBDA), List.of(boundary), Poll.Egress.RECORD);
        var answer = say("/agents/" + id + "/poll", poll)
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        return Arrays.asList(Json.read(answer, Offer[].class));
    }

    Response beat(AttemptId... holding) {
        return say("/agents/" + id + "/beat", new Beat(List.of(holding)));
    }

    int claim(Offer offer, String claimId) {
        return say("/attempts/" + offer.attempt() + "/claim", new Claim(id, offer.epoch(), claimId))
                .statusCode();
    }

    int report(Offer offer, String claimId) {
        var statement =
                succeeded(offer, claimId).sign(offer.attempt(), offer.spec().digest(), key);
        return say("/attempts/" + offer.attempt() + "/report", statement).statusCode();
    }

    Report succeeded(Offer offer, String claimId) {
        return new Report(
                id,
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
}
