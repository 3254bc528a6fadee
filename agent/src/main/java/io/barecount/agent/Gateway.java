package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The gateway, as an agent sees it. */
final class Gateway {
    private static final Duration POLL_MAX = Duration.ofSeconds(40);
    private static final Duration CALL_MAX = Duration.ofSeconds(15);

    /** Shorter than the time that the gateway lets a claim settle, so that a list made before a claim never arrives long after it. */
    private static final Duration BEAT_MAX = Duration.ofSeconds(5);

    private static final int AGAIN_MILLIS = 500;

    private final URI base;
    private final String agent;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();

    Gateway(URI base, String agent) {
        this.base = base;
        this.agent = agent;
    }

    List<Offer> poll(Poll poll) throws IOException, InterruptedException {
        var answer = post("/agents/" + agent + "/poll", poll, POLL_MAX);
        requireOk(answer);
        return List.of(Json.read(answer.body(), Offer[].class));
    }

    Beat.Answer beat(List<AttemptId> holding) throws IOException, InterruptedException {
        var answer = post("/agents/" + agent + "/beat", new Beat(holding), BEAT_MAX);
        requireOk(answer);
        return Json.read(answer.body(), Beat.Answer.class);
    }

    /**
     * Whether it is granted; asks until there is an answer, as only that answer allows anything. Asked again later, it says whether the
     * attempt is still this agent's.
     */
    boolean claim(AttemptId attempt, Claim claim) throws InterruptedException {
        return isConfirmed("/attempts/" + attempt + "/claim", claim);
    }

    /** Tells until it is known, or known to be too late. */
    boolean report(AttemptId attempt, Report report) throws InterruptedException {
        return isConfirmed("/attempts/" + attempt + "/report", report);
    }

    private boolean isConfirmed(String path, Object body) throws InterruptedException {
        while (true) {
            try {
                var answer = post(path, body, CALL_MAX);
                switch (answer.statusCode()) {
                    case 200 -> {
                        return true;
                    }
                    case 400, 409 -> {
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
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(most)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void requireOk(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }
}
