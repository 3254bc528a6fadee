package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.oracle.Versions.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

/** Lambda. A function is Active at once. */
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

    private final LambdaInvocations invocations;
    private final Network network;
    private final Calls calls;
    private final ObjectStore objects;
    private final Path codeDirectory;
    private final Map<String, Versions> functions = new LinkedHashMap<>();

    LambdaApi(Executions executions, Network network, Calls calls, ObjectStore objects, Path codeDirectory) {
        this.invocations = new LambdaInvocations(executions);
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
            case INVOKE -> invocations.invoke(call, function(call, reference), version(call, reference));
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

    static ApiError tooMany(String reason) {
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
            // Functions may share it, and be invoked while another is made: it appears at once, whole.
            var file = codeDirectory.resolve(HexFormat.of().formatHex(sha256(zip)) + ".zip");
            var fresh = Files.write(Files.createTempFile(codeDirectory, "code", ".part"), zip);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
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
