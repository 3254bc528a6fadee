package io.barecount.oracle;

import io.barecount.oracle.Execution.Ending;
import io.barecount.oracle.Versions.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The invocations of functions. An asynchronous one that fails is tried again at once, twice unless configured. One beyond the
 * reserved concurrency is not put off: only synchronous ones are refused.
 */
final class LambdaInvocations {
    private final Executions executions;
    private final Map<Execution, Versions> running = new LinkedHashMap<>();

    LambdaInvocations(Executions executions) {
        this.executions = executions;
    }

    Answer invoke(Call call, Versions function, Version version) {
        var type = call.request().header("X-Amz-Invocation-Type");
        if ("DryRun".equals(type)) {
            return Answer.empty(204).with("X-Amz-Executed-Version", version.number());
        }
        var started = started(call, function, version);
        if ("Event".equals(type)) {
            deliver(function, started);
            if (call.fault() == Fault.DOUBLE_DELIVERY) {
                deliver(function, started.again(Instant.now()));
            }
            return Answer.empty(202);
        }
        var execution = begin(function, started);
        if (call.answerIsLost()) {
            return Answer.empty(200);
        }
        return result(call, version, await(execution));
    }

    private static Started started(Call call, Versions function, Version version) {
        var payload = new String(call.request().body(), StandardCharsets.UTF_8);
        return Started.invocation(
                call.id(),
                function.name(),
                version.number(),
                call.request().caller(),
                Trees.map(version.configuration().path("Environment").path("Variables")),
                payload,
                version.code(),
                Trees.of(
                        "FunctionName", function.name(),
                        "Qualifier", version.number(),
                        "InvocationType", call.request().header("X-Amz-Invocation-Type"),
                        "LogType", call.request().header("X-Amz-Log-Type"),
                        "ClientContext", call.request().header("X-Amz-Client-Context"),
                        "Payload", payload));
    }

    private synchronized Execution begin(Versions function, Started started) {
        var reserved = function.reserved();
        running.keySet().removeIf(execution -> !execution.running());
        var inFlight = running.values().stream().filter(function::equals).count();
        if (reserved != null && inFlight >= reserved) {
            throw LambdaApi.tooMany("ReservedFunctionConcurrentInvocationLimitExceeded");
        }
        var execution = executions.start(started);
        running.put(execution, function);
        return execution;
    }

    private synchronized void deliver(Versions function, Started started) {
        deliver(function, started, function.retries(started.version()));
    }

    private synchronized void deliver(Versions function, Started started, int retries) {
        var execution = executions.start(started);
        running.put(execution, function);
        execution.whenEnded(ending -> {
            if (!ending.good() && retries > 0) {
                deliver(function, started.again(Instant.now()), retries - 1);
            }
        });
    }

    private static Ending await(Execution execution) {
        try {
            return execution.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiError(500, "ServiceException", "the oracle is closing");
        }
    }

    private static Answer result(Call call, Version version, Ending ending) {
        var body = Trees.object();
        if (ending.good()) {
            body.put("exitCode", 0);
        } else {
            body.put("errorType", ending.code() == null ? "Runtime.ExitError" : ending.code());
            body.put("errorMessage", ending.reason() == null ? "exit code " + ending.exitCode() : ending.reason());
        }
        var answer = Answer.json(200, body)
                .with("X-Amz-Executed-Version", version.number())
                .with("X-Amz-Function-Error", ending.good() ? null : "Unhandled");
        if ("Tail".equals(call.request().header("X-Amz-Log-Type"))) {
            var log = "START RequestId: " + call.id() + " Version: " + version.number() + "\nEND RequestId: "
                    + call.id() + "\nREPORT RequestId: " + call.id() + "\n";
            answer.with("X-Amz-Log-Result", Base64.getEncoder().encodeToString(log.getBytes(StandardCharsets.UTF_8)));
        }
        return answer;
    }
}
