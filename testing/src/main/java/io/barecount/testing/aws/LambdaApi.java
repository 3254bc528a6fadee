package io.barecount.testing.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.testing.aws.Execution.Ending;
import io.barecount.testing.aws.Versions.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Lambda. A function is Active at once; an asynchronous invocation that fails is tried again at once, twice unless configured. One
 * beyond the reserved concurrency is not put off: only synchronous ones are refused.
 */
final class LambdaApi implements Api {
    private static final Pattern PATH =
            Pattern.compile("/\\d{4}-\\d{2}-\\d{2}/functions(?:/([^/]+)(?:/([a-z-]+))?)?/?");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ").withZone(ZoneOffset.UTC);
    private static final List<String> CONFIGURABLE = List.of(
            "Runtime",
            "Role",
            "Handler",
            "Description",
            "Timeout",
            "MemorySize",
            "Environment",
            "PackageType",
            "Architectures",
            "EphemeralStorage",
            "TracingConfig",
            "LoggingConfig",
            "KMSKeyArn",
            "DeadLetterConfig",
            "FileSystemConfigs");

    private final Executions executions;
    private final Network network;
    private final Calls calls;
    private final ObjectStore objects;
    private final Path codeDirectory;
    private final Map<String, Versions> functions = new LinkedHashMap<>();
    private final Map<Execution, String> running = new LinkedHashMap<>();

    LambdaApi(Executions executions, Network network, Calls calls, ObjectStore objects, Path codeDirectory) {
        this.executions = executions;
        this.network = network;
        this.calls = calls;
        this.objects = objects;
        this.codeDirectory = codeDirectory;
    }

    private record Reference(String name, String qualifier) {
        static Reference of(Request request) {
            var matcher = PATH.matcher(request.path());
            var given = matcher.matches() && matcher.group(1) != null ? Request.decoded(matcher.group(1)) : "";
            var local = given.substring(given.lastIndexOf("function:") < 0 ? 0 : given.lastIndexOf("function:") + 9);
            var colon = local.indexOf(':');
            var qualifier = request.query().get("Qualifier");
            return colon < 0
                    ? new Reference(local, qualifier)
                    : new Reference(local.substring(0, colon), local.substring(colon + 1));
        }
    }

    @Override
    public boolean takes(Request request) {
        return PATH.matcher(request.path()).matches();
    }

    @Override
    public Operation operation(Request request) {
        var matcher = PATH.matcher(request.path());
        if (!matcher.matches()) {
            return null;
        }
        var part = matcher.group(1) == null ? "-" : matcher.group(2) == null ? "" : matcher.group(2);
        return switch (request.method() + " " + part) {
            case "POST -" -> Operation.CREATE_FUNCTION;
            case "GET " -> Operation.GET_FUNCTION;
            case "GET configuration" -> Operation.GET_FUNCTION_CONFIGURATION;
            case "PUT configuration" -> Operation.UPDATE_FUNCTION_CONFIGURATION;
            case "POST versions" -> Operation.PUBLISH_VERSION;
            case "GET versions" -> Operation.LIST_VERSIONS_BY_FUNCTION;
            case "PUT concurrency" -> Operation.PUT_FUNCTION_CONCURRENCY;
            case "PUT event-invoke-config" -> Operation.PUT_FUNCTION_EVENT_INVOKE_CONFIG;
            case "POST invocations" -> Operation.INVOKE;
            default -> null;
        };
    }

    @Override
    public Answer answer(Call call) {
        var reference = Reference.of(call.request());
        var answer = switch (call.operation()) {
            case CREATE_FUNCTION -> create(Trees.parse(call.request().body()));
            case GET_FUNCTION -> get(call, reference);
            case GET_FUNCTION_CONFIGURATION ->
                Answer.json(200, version(call, reference).configuration());
            case UPDATE_FUNCTION_CONFIGURATION -> update(call, reference);
            case PUBLISH_VERSION -> publish(call, reference);
            case LIST_VERSIONS_BY_FUNCTION -> versions(call, reference);
            case PUT_FUNCTION_CONCURRENCY -> reserve(call, reference);
            case PUT_FUNCTION_EVENT_INVOKE_CONFIG -> configureEvents(call, reference);
            case INVOKE -> invoke(call, reference);
            default ->
                throw new ApiError(
                        404, "UnknownOperationException", call.operation().api());
        };
        return answer.with("x-amzn-RequestId", call.id());
    }

    @Override
    public ApiError refusal(Fault fault, Operation operation) {
        return switch (fault) {
            case THROTTLE -> tooMany("CallerRateLimitExceeded");
            case ACCESS_DENIED ->
                new ApiError(
                        403,
                        "AccessDeniedException",
                        "User is not authorized to perform: lambda:" + operation.api() + "Function");
            case QUOTA ->
                operation == Operation.CREATE_FUNCTION || operation == Operation.PUBLISH_VERSION
                        ? new ApiError(400, "CodeStorageExceededException", "Code storage limit exceeded.")
                        : tooMany("ConcurrentInvocationLimitExceeded");
            default -> new ApiError(500, "ServiceException", "The Lambda service encountered an internal error.");
        };
    }

    @Override
    public Answer error(ApiError error, String requestId) {
        var body = Trees.of("Type", error.status() < 500 ? "User" : "Service", "Message", error.getMessage());
        error.members().forEach(body::set);
        return Answer.json(error.status(), body)
                .with("x-amzn-ErrorType", error.code())
                .with("x-amzn-RequestId", requestId);
    }

    private static ApiError tooMany(String reason) {
        return new ApiError(429, "TooManyRequestsException", "Rate Exceeded.")
                .with("Reason", Trees.of("r", reason).get("r"));
    }

    private synchronized Answer create(ObjectNode input) {
        var name = Trees.text(input, "FunctionName");
        if (functions.containsKey(name)) {
            throw new ApiError(409, "ResourceConflictException", "Function already exist: " + name);
        }
        var zip = zip(input.path("Code"));
        var configuration = Trees.of(
                        "FunctionName",
                        name,
                        "FunctionArn",
                        Region.arn("lambda", "function:" + name),
                        "Version",
                        Versions.LATEST,
                        "PackageType",
                        "Zip",
                        "State",
                        "Active",
                        "LastUpdateStatus",
                        "Successful",
                        "CodeSha256",
                        Base64.getEncoder().encodeToString(sha256(zip)))
                .put("CodeSize", zip.length)
                .put("Timeout", 3)
                .put("MemorySize", 128);
        configuration.set("Architectures", Trees.texts(List.of("x86_64")));
        configure(configuration, input);
        var function = new Versions(name, configuration, store(zip), calls.birth());
        functions.put(name, function);
        return Answer.json(
                201,
                input.path("Publish").asBoolean()
                        ? function.publish(calls.birth()).configuration()
                        : configuration);
    }

    private void configure(ObjectNode configuration, ObjectNode input) {
        for (var field : CONFIGURABLE) {
            if (input.hasNonNull(field)) {
                configuration.set(field, input.get(field));
            }
        }
        if (input.path("VpcConfig").isObject()) {
            ObjectNode vpc = input.path("VpcConfig").deepCopy();
            var subnet = network.subnet(Trees.text(vpc.path("SubnetIds").path(0)));
            configuration.set("VpcConfig", vpc.put("VpcId", subnet == null ? "" : subnet.vpc()));
        }
        if (input.path("Layers").isArray()) {
            var layers = Trees.texts(input.path("Layers")).stream()
                    .map(arn -> Trees.of("Arn", arn))
                    .toList();
            configuration.set("Layers", Trees.array(layers));
        }
        configuration.put("LastModified", TIME.format(Instant.now())).put("RevisionId", Region.id("", 32));
    }

    private synchronized Answer get(Call call, Reference reference) {
        var body = Trees.object();
        body.set("Configuration", version(call, reference).configuration());
        body.set("Code", Trees.of("RepositoryType", "S3", "Location", "https://code.invalid/" + reference.name()));
        var reserved = function(call, reference).reserved();
        if (reserved != null) {
            body.putObject("Concurrency").put("ReservedConcurrentExecutions", reserved);
        }
        return Answer.json(200, body);
    }

    private synchronized Answer update(Call call, Reference reference) {
        var function = function(call, reference);
        var input = Trees.parse(call.request().body());
        var configuration = function.latest().configuration().deepCopy();
        checkRevision(input, configuration);
        configure(configuration, input);
        function.change(configuration, function.latest().birth());
        return Answer.json(200, configuration);
    }

    private synchronized Answer publish(Call call, Reference reference) {
        var function = function(call, reference);
        var input = Trees.parse(call.request().body());
        var configuration = function.latest().configuration();
        checkRevision(input, configuration);
        if (input.hasNonNull("CodeSha256") && !input.get("CodeSha256").equals(configuration.get("CodeSha256"))) {
            throw new ApiError(
                    400, "InvalidParameterValueException", "CodeSHA256 is different from current CodeSHA256");
        }
        return Answer.json(201, function.publish(calls.birth()).configuration());
    }

    private static void checkRevision(ObjectNode input, ObjectNode configuration) {
        if (input.hasNonNull("RevisionId") && !input.get("RevisionId").equals(configuration.get("RevisionId"))) {
            throw new ApiError(412, "PreconditionFailedException", "The Revision Id provided does not match");
        }
    }

    private synchronized Answer versions(Call call, Reference reference) {
        var size = call.request().query().get("MaxItems");
        var visible = function(call, reference).all().stream()
                .filter(version -> call.sees(version.birth()))
                .toList();
        var page = Page.of(
                visible,
                call.request().query().get("Marker"),
                size == null ? Integer.valueOf(50) : Integer.valueOf(size));
        var body = Trees.of("NextMarker", page.next());
        body.set(
                "Versions",
                Trees.array(page.items().stream().map(Version::configuration).toList()));
        return Answer.json(200, body);
    }

    private synchronized Answer reserve(Call call, Reference reference) {
        var input = Trees.parse(call.request().body());
        function(call, reference)
                .reserve(input.path("ReservedConcurrentExecutions").asInt());
        return Answer.json(200, input);
    }

    private synchronized Answer configureEvents(Call call, Reference reference) {
        var input = Trees.parse(call.request().body());
        var version = version(call, reference);
        var qualifier = version.number();
        function(call, reference)
                .retry(qualifier, input.path("MaximumRetryAttempts").asInt(2));
        var arn = functions.get(reference.name()).arn();
        input.put("FunctionArn", arn + ":" + qualifier).put("LastModified", Trees.seconds(Instant.now()));
        return Answer.json(200, input);
    }

    private Answer invoke(Call call, Reference reference) {
        var type = call.request().header("X-Amz-Invocation-Type");
        var version = version(call, reference);
        if ("DryRun".equals(type)) {
            return Answer.empty(204).with("X-Amz-Executed-Version", version.number());
        }
        var started = started(call, reference, version);
        if ("Event".equals(type)) {
            deliver(reference.name(), started);
            if (call.fault() == Fault.DOUBLE_DELIVERY) {
                deliver(reference.name(), started.again(Instant.now()));
            }
            return Answer.empty(202);
        }
        var execution = begin(reference, started);
        if (call.answerIsLost()) {
            return Answer.empty(200);
        }
        return result(call, version, await(execution));
    }

    private static Started started(Call call, Reference reference, Version version) {
        var payload = new String(call.request().body(), StandardCharsets.UTF_8);
        return Started.invocation(
                call.id(),
                reference.name(),
                version.number(),
                call.request().caller(),
                Trees.map(version.configuration().path("Environment").path("Variables")),
                payload,
                version.code(),
                Trees.of(
                        "FunctionName", reference.name(),
                        "Qualifier", reference.qualifier(),
                        "InvocationType", call.request().header("X-Amz-Invocation-Type"),
                        "LogType", call.request().header("X-Amz-Log-Type"),
                        "ClientContext", call.request().header("X-Amz-Client-Context"),
                        "Payload", payload));
    }

    private synchronized Execution begin(Reference reference, Started started) {
        var reserved = functions.get(reference.name()).reserved();
        running.keySet().removeIf(execution -> !execution.running());
        var inFlight =
                running.values().stream().filter(reference.name()::equals).count();
        if (reserved != null && inFlight >= reserved) {
            throw tooMany("ReservedFunctionConcurrentInvocationLimitExceeded");
        }
        var execution = executions.start(started);
        running.put(execution, reference.name());
        return execution;
    }

    private synchronized void deliver(String function, Started started) {
        deliver(function, started, functions.get(function).retries(started.version()));
    }

    private synchronized void deliver(String function, Started started, int retries) {
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

    private synchronized Versions function(Call call, Reference reference) {
        var function = functions.get(reference.name());
        if (function == null || !call.sees(function.latest().birth())) {
            throw notFound(reference);
        }
        return function;
    }

    private synchronized Version version(Call call, Reference reference) {
        var version = function(call, reference).find(reference.qualifier());
        if (version == null || !call.sees(version.birth())) {
            throw notFound(reference);
        }
        return version;
    }

    private static ApiError notFound(Reference reference) {
        var suffix = reference.qualifier() == null ? "" : ":" + reference.qualifier();
        return new ApiError(
                404,
                "ResourceNotFoundException",
                "Function not found: " + Region.arn("lambda", "function:" + reference.name() + suffix));
    }

    private byte[] zip(JsonNode code) {
        try {
            return code.hasNonNull("ZipFile")
                    ? code.get("ZipFile").binaryValue()
                    : objects.read(Trees.text(code, "S3Bucket"), Trees.text(code, "S3Key"));
        } catch (IOException e) {
            throw new ApiError(400, "InvalidParameterValueException", "Could not unzip uploaded file.");
        }
    }

    private Path store(byte[] zip) {
        try {
            Files.createDirectories(codeDirectory);
            return Files.write(codeDirectory.resolve(HexFormat.of().formatHex(sha256(zip)) + ".zip"), zip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
