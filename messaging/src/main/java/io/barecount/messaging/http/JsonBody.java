package io.barecount.messaging.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;

/** What a request says: one JSON object. */
public final class JsonBody {
    private static final int REASON_CHARACTERS_MAX = 500;

    private final JsonNode object;

    private JsonBody(JsonNode object) {
        this.object = object;
    }

    /**
     * @param example of what this endpoint takes, for those who send something else
     * @throws jakarta.ws.rs.WebApplicationException 400 unless it is an object
     */
    public static JsonBody of(String body, String example) {
        try {
            var tree = Json.read(body == null ? "" : body, JsonNode.class);
            if (tree != null && tree.isObject()) {
                return new JsonBody(tree);
            }
        } catch (IllegalArgumentException e) {
            throw invalid("The body is no JSON. This takes an object such as " + example + ". Nothing was done.")
                    .exception();
        }
        throw invalid("This takes a JSON object such as " + example + ". Nothing was done.")
                .exception();
    }

    public boolean has(String field) {
        return object.has(field);
    }

    /** A missing node where there is none. */
    public JsonNode at(String field) {
        return object.path(field);
    }

    /** Empty where there is none. */
    public String text(String field) {
        return object.path(field).asText();
    }

    /**
     * Why it is done, which is recorded.
     *
     * @throws jakarta.ws.rs.WebApplicationException 400 if it is missing, blank or too long
     */
    public String reason() {
        var reason = object.path("reason");
        if (reason.isTextual() && !reason.asText().isBlank() && reason.asText().length() <= REASON_CHARACTERS_MAX) {
            return reason.asText();
        }
        throw invalid("The field 'reason' says why, in 1 to " + REASON_CHARACTERS_MAX
                        + " characters, such as {\"reason\": \"wrong input\"}: it is recorded. Nothing was done.")
                .exception();
    }

    private static Problem invalid(String detail) {
        return Problem.of(400, "invalid-request", "Invalid request", detail);
    }
}
