package io.barecount.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.AgentRequest;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Enrolment;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.agent.Session;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The gateway, as an agent sees it. All that is said to it is signed. */
final class Gateway implements Principal {
    private static final Duration POLL_MAX = Duration.ofSeconds(40);
    private static final Duration CALL_MAX = Duration.ofSeconds(15);

    /** Shorter than the time that the gateway lets a claim settle, so that a list made before a claim never arrives long after it. */
    private static final Duration BEAT_MAX = Duration.ofSeconds(5);

    private static final int AGAIN_MILLIS = 500;
    private static final Set<String> DISMISSALS =
            Set.of("urn:barecount:problem:agent-revoked", "urn:barecount:problem:session-superseded");

    private final URI base;
    private final String agent;
    private final SigningKey key;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();

    /** Of the agent's life; 0 until it is opened. */
    private volatile long session;

    Gateway(URI base, String agent, SigningKey key) {
        this.base = base;
        this.agent = agent;
        this.key = key;
    }

    /** This agent must not go on: it was revoked, or another one has taken over its identity. */
    static final class Dismissed extends IOException {
        private static final long serialVersionUID = 1L;

        Dismissed(String why) {
            super(why);
        }
    }

    /** @throws IOException if the gateway is not there, or refuses; the message says why and what helps */
    Enrolment.Answer enrol(String token) throws IOException, InterruptedException {
        var enrolment = new Enrolment(token, key.verifyingKey().toPem());
        return Json.read(ok(post("/agents/" + agent + "/enrol", enrolment, CALL_MAX)), Enrolment.Answer.class);
    }

    /** From here on only this life of the agent is listened to. */
    Duration openSession(Session asked) throws IOException, InterruptedException {
        var answer = Json.read(ok(post("/agents/" + agent + "/session", asked, CALL_MAX)), Session.Answer.class);
        session = answer.session();
        return answer.lease();
    }

    List<Offer> poll(Poll poll) throws IOException, InterruptedException {
        return List.of(Json.read(ok(post("/agents/" + agent + "/poll", poll, POLL_MAX)), Offer[].class));
    }

    Beat.Answer beat(List<AttemptId> holding) throws IOException, InterruptedException {
        return Json.read(ok(post("/agents/" + agent + "/beat", new Beat(holding), BEAT_MAX)), Beat.Answer.class);
    }

    /**
     * Whether it is granted; asks until there is an answer, as only that answer allows anything. Asked again later, it says whether the
     * attempt is still this agent's.
     */
    @Override
    public boolean claim(AttemptId attempt, Claim claim) throws InterruptedException {
        return isConfirmed("/attempts/" + attempt + "/claim", claim);
    }

    /** Tells until it is known, or known to be too late. */
    @Override
    public boolean report(Offer offer, Report report) throws InterruptedException {
        var statement = report.sign(offer.attempt(), offer.spec().digest(), key);
        return isConfirmed("/attempts/" + offer.attempt() + "/report", statement);
    }

    private boolean isConfirmed(String path, Object body) throws InterruptedException {
        while (true) {
            try {
                var answer = post(path, body, CALL_MAX);
                switch (answer.statusCode()) {
                    case 200 -> {
                        return true;
                    }
                    case 400, 403, 409 -> {
                        System.err.println(path + " is refused: " + answer.body());
                        return false;
                    }
                    default ->
                        System.err.println(path + " answered " + answer.statusCode() + ": " + answer.body()
                                + "; again in a moment");
                }
            } catch (IOException e) {
                System.err.println(path + ": " + e + "; again in a moment");
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
    }

    private HttpResponse<String> post(String path, Object body, Duration most)
            throws IOException, InterruptedException {
        var said = AgentRequest.of(agent, session, path, Clock.systemUTC().instant(), body)
                .sign(key);
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(most)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(said)))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String ok(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() == 200) {
            return answer.body();
        }
        var problem = problem(answer.body());
        var said = answer.uri() + " answered " + answer.statusCode() + ": "
                + problem.path("detail").asText(answer.body());
        if (DISMISSALS.contains(problem.path("type").asText())) {
            throw new Dismissed(said);
        }
        throw new IOException(said);
    }

    private static JsonNode problem(String body) {
        try {
            return Json.read(body, JsonNode.class);
        } catch (IllegalArgumentException e) {
            return Json.mapper().createObjectNode();
        }
    }
}
