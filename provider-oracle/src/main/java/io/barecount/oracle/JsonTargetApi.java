package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A service that speaks JSON 1.1: one path, the operation in a header. */
abstract class JsonTargetApi implements Api {
    private final String target;

    JsonTargetApi(String target) {
        this.target = target + ".";
    }

    abstract ObjectNode answer(Call call, JsonNode input);

    @Override
    public final boolean takes(Request request) {
        var wanted = request.header("X-Amz-Target");
        return wanted != null && wanted.startsWith(target);
    }

    @Override
    public final Operation operation(Request request) {
        return Operation.of(request.header("X-Amz-Target").substring(target.length()));
    }

    @Override
    public final Answer answer(Call call) {
        return dressed(200, answer(call, Trees.parse(call.request().body())), call.id());
    }

    @Override
    public final Answer error(ApiError error, String requestId) {
        var body = Trees.of("__type", error.code(), "message", error.getMessage());
        error.members().forEach(body::set);
        return dressed(error.status(), body, requestId);
    }

    static ApiError refused(String code, String message) {
        return new ApiError(400, code, message);
    }

    private static Answer dressed(int status, ObjectNode body, String requestId) {
        return Answer.json(status, body)
                .with("Content-Type", "application/x-amz-json-1.1")
                .with("x-amzn-RequestId", requestId);
    }
}
