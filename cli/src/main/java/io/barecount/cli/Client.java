package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.cli.access.Access;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The platform's HTTP API, through its front door. While a service is away for a moment, calls that may be repeated are. */
final class Client {
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    private static final Duration AWAY_MAX = Duration.ofSeconds(90);
    private static final int AGAIN_MILLIS = 250;

    private final URI base;

    /** Null where no token is known here: then none is asked for, or the answer says so. */
    private final String token;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    Client(String base, DataDirectory data) throws IOException {
        this.base = URI.create(base);
        token = Access.own(data).orElse(null);
    }

    HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(base.resolve(path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    /** An answer that isn't 2xx. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient JsonNode problem;

        Refused(int status, JsonNode problem) {
            super(describe(status, problem));
            this.status = status;
            this.problem = problem;
        }

        int status() {
            return status;
        }

        JsonNode problem() {
            return problem;
        }

        private static String describe(int status, JsonNode problem) {
            var text = new StringBuilder(problem.path("title").asText("the platform answered " + status));
            text.append(": ").append(problem.path("detail").asText());
            for (var error : problem.path("errors")) {
                if (error.isTextual()) {
                    text.append("\n  ").append(error.asText());
                    continue;
                }
                text.append("\n  ").append(error.path("pointer").asText());
                if (error.path("line").asInt() > 0) {
                    text.append(" (line ")
                            .append(error.path("line").asInt())
                            .append(", column ")
                            .append(error.path("column").asInt())
                            .append(')');
                }
                text.append(": ")
                        .append(error.path("message").asText())
                        .append("; ")
                        .append(error.path("hint").asText());
            }
            return text.toString();
        }
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return call(request(path).GET(), Map.of());
    }

    /**
     * An answer that is read as it comes.
     *
     * @param total how many lines it will have, as was known at its beginning
     */
    record Answer(InputStream body, String total) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    Answer open(String path) throws IOException, InterruptedException {
        var request = request(path).timeout(CALL_MAX).build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() / 100 != 2) {
            try (var body = answer.body()) {
                throw new Refused(answer.statusCode(), json(new String(body.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        return new Answer(
                answer.body(), answer.headers().firstValue("X-Total-Count").orElse("?"));
    }

    JsonNode put(String path, String contentType, String body) throws IOException, InterruptedException {
        return put(path, contentType, Map.of(), body);
    }

    JsonNode put(String path, String contentType, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        var request = request(path).PUT(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::setHeader);
        return call(request, Map.of("Content-Type", contentType));
    }

    /** Only for requests that are the same when repeated: with an idempotency key, or a webhook's id. */
    JsonNode post(String path, Map<String, String> headers, String body) throws IOException, InterruptedException {
        return call(request(path).POST(HttpRequest.BodyPublishers.ofString(body)), headers);
    }

    /** Asks once, and gives each line of the answer as it comes. */
    void stream(String path, String body, Consumer<JsonNode> lines) throws IOException, InterruptedException {
        var request = request(path)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofLines());
        try (var text = answer.body()) {
            if (answer.statusCode() / 100 != 2) {
                throw new Refused(answer.statusCode(), json(text.collect(Collectors.joining("\n"))));
            }
            text.filter(line -> !line.isBlank()).forEach(line -> lines.accept(json(line)));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private JsonNode call(HttpRequest.Builder request, Map<String, String> headers)
            throws IOException, InterruptedException {
        headers.forEach(request::setHeader);
        request.timeout(CALL_MAX);
        var deadline = System.nanoTime() + AWAY_MAX.toNanos();
        while (true) {
            IOException failure;
            try {
                var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() / 100 == 2) {
                    return json(answer.body());
                }
                failure = new Refused(answer.statusCode(), json(answer.body()));
                if (answer.statusCode() != 502 && answer.statusCode() != 503 && answer.statusCode() != 500) {
                    throw failure;
                }
            } catch (Refused e) {
                throw e;
            } catch (IOException e) {
                failure = e;
            }
            if (System.nanoTime() > deadline) {
                throw failure;
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
    }

    private static JsonNode json(String body) {
        try {
            return body.isBlank() ? Json.mapper().createObjectNode() : Json.read(body, JsonNode.class);
        } catch (IllegalArgumentException e) {
            return Json.mapper().createObjectNode().put("detail", body);
        }
    }
}
