package io.barecount.manifest.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.access.Allow;
import io.barecount.manifest.filter.EventFilter;
import io.barecount.manifest.filter.FilterRefused;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Filters of triggers, tried on an event before any manifest has them. */
@Path("/filters")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class FiltersResource {
    private static final String EXAMPLE =
            "{\"filter\": \"body.total > 100\", \"body\": {\"total\": 120}, \"headers\": {}, \"key\": \"\"}";

    /** @param reason why the filter can't be asked of this event, which then does not pass; null if it can */
    record Outcome(boolean passes, String reason) {}

    /** With the same engine and limits as a trigger's; nothing is stored. */
    @POST
    @Allow(in = Allow.Scope.ANY)
    @Path("try")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response attempt(String body) {
        var trial = JsonBody.of(body, EXAMPLE);
        if (!trial.at("filter").isTextual() || !trial.has("body")) {
            return Problem.of(
                            400,
                            "incomplete",
                            "Incomplete",
                            "It takes filter and body, and headers and key where they matter, such as " + EXAMPLE + ".")
                    .response();
        }
        try {
            var filter = EventFilter.of(trial.text("filter"));
            return Response.ok(
                            switch (filter.answer(text(trial.at("body")), headers(trial), trial.text("key"))) {
                                case EventFilter.Answer.Passes passes -> new Outcome(true, null);
                                case EventFilter.Answer.Stops stops -> new Outcome(false, null);
                                case EventFilter.Answer.Fails(var reason) -> new Outcome(false, reason);
                            })
                    .build();
        } catch (FilterRefused e) {
            return Problem.of(422, "no-filter", "No filter", "This is no condition in CEL: " + e.getMessage())
                    .response();
        }
    }

    /** As JSON itself, or as the text that is sent. */
    private static String text(JsonNode body) {
        return body.isTextual() ? body.textValue() : body.toString();
    }

    private static Map<String, List<String>> headers(JsonBody trial) {
        return trial.at("headers").properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> List.of(entry.getValue().asText())));
    }
}
