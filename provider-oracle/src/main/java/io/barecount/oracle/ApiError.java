package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** A refusal in the service's own words. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String code;
    private final transient Map<String, JsonNode> members = new LinkedHashMap<>();

    ApiError(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** A member of the error's shape, beside its message. */
    ApiError with(String member, JsonNode value) {
        members.put(member, value);
        return this;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Map<String, JsonNode> members() {
        return members;
    }
}
