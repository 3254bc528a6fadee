package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** The platform as programs use it over HTTP. */
final class FrontDoor {
    private static final Set<String> ENDED = Set.of("succeeded", "failed", "cancelled", "denied", "rejected");

    private final URI base;
    private final HttpClient http = HttpClient.newHttpClient();

    FrontDoor(String base) {
        this.base = URI.create(base);
    }

    /** The run's id. */
    String submit(JsonNode manifest) throws IOException, InterruptedException {
        return runOf(send(post("/submissions", manifest.toString())
                .header("Idempotency-Key", UUID.randomUUID().toString())));
    }

    void register(JsonNode manifest) throws IOException, InterruptedException {
        var path = "/pipelines/" + manifest.at("/metadata/namespace").asText() + "/"
                + manifest.at("/metadata/name").asText();
        send(HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(manifest.toString())));
    }

    /** Signed as by who knows the webhook's secret. The run's id. */
    String deliver(String namespace, String hook, String id, String secret, String payload) throws Exception {
        var now = Instant.now().getEpochSecond();
        return runOf(send(post("/webhooks/" + namespace + "/" + hook, payload)
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", new Webhook(secret).sign(id, now, payload))));
    }

    /** Its audit record, once it has ended. */
    JsonNode awaitEnd(String run, Duration most) {
        return await().atMost(most)
                .pollInterval(Duration.ofMillis(500))
                .until(
                        () -> record(run),
                        record -> ENDED.contains(record.path("state").asText()));
    }

    private JsonNode record(String run) throws IOException, InterruptedException {
        var answer = http.send(
                HttpRequest.newBuilder(base.resolve("/ledger/runs/" + run)).build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() == 200
                ? Json.read(answer.body(), JsonNode.class)
                : Json.mapper().createObjectNode();
    }

    private HttpRequest.Builder post(String path, String body) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static String runOf(String answer) {
        var run = Json.read(answer, JsonNode.class).path("run").asText();
        assertThat(run).as(answer).isNotBlank();
        return run;
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }
}
