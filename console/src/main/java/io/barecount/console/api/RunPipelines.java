package io.barecount.console.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.console.ConsoleConfig;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which pipeline a run is of, as the ledger says: for records that name their run only. */
@ApplicationScoped
class RunPipelines {
    private static final int REMEMBERED_MAX = 10_000;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

    private final ConsoleConfig config;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();
    private final Map<RunId, String> known = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RunId, String> eldest) {
            return size() > REMEMBERED_MAX;
        }
    });

    RunPipelines(ConsoleConfig config) {
        this.config = config;
    }

    /**
     * Empty if the ledger does not know it yet, or does not answer.
     *
     * @param bearer on whose behalf it is asked; null if nobody said
     */
    Optional<String> of(RunId run, String bearer) {
        var pipeline = known.get(run);
        if (pipeline == null) {
            pipeline = ask(run, bearer);
            if (pipeline != null) {
                known.put(run, pipeline);
            }
        }
        return Optional.ofNullable(pipeline);
    }

    private String ask(RunId run, String bearer) {
        try {
            var request = HttpRequest.newBuilder(config.ledgerService().resolve("/ledger/runs/" + run))
                    .timeout(ANSWER_MAX);
            if (bearer != null) {
                request.setHeader("Authorization", bearer);
            }
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return answer.statusCode() == 200
                    ? Json.read(answer.body(), JsonNode.class).path("pipeline").asText(null)
                    : null;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
