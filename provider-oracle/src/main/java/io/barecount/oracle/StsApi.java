package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** STS. Who signs with the key of an assumed role is that role from then on; signatures aren't looked at. */
final class StsApi implements Api {
    private static final String VERSION = "2011-06-15";
    private final Map<String, String> roles = new ConcurrentHashMap<>();
    private final Map<String, Assumed> sessions = new ConcurrentHashMap<>();

    /** Null for a key that is none of a session. */
    Assumed session(String accessKey) {
        return sessions.get(accessKey);
    }

    @Override
    public boolean takes(Request request) {
        return VERSION.equals(Form.of(request).get("Version"));
    }

    @Override
    public Operation operation(Request request) {
        return Operation.of(Form.of(request).get("Action"));
    }

    @Override
    public Answer answer(Call call) {
        var result = switch (call.operation()) {
            case ASSUME_ROLE -> assumeRole(Form.of(call.request()));
            case GET_CALLER_IDENTITY -> callerIdentity(call.request().caller());
            default -> throw new ApiError(400, "InvalidAction", call.operation().api());
        };
        var api = call.operation().api();
        var body = Trees.object();
        body.set(api + "Result", result);
        body.set("ResponseMetadata", Trees.of("RequestId", call.id()));
        return Answer.xml(200, Xml.document(api + "Response", namespace(), body, "member"));
    }

    private ObjectNode assumeRole(Form form) {
        var role = form.get("RoleArn");
        var session = form.get("RoleSessionName");
        if (role == null || session == null) {
            throw new ApiError(400, "ValidationError", "RoleArn and RoleSessionName are required");
        }
        var key = Region.id("ASIA", 16).toUpperCase(Locale.ROOT);
        var name = role.substring(role.lastIndexOf('/') + 1);
        var arn = "arn:aws:sts::" + Region.ACCOUNT + ":assumed-role/" + name + "/" + session;
        roles.put(key, arn);
        var tags = new TreeMap<String, String>();
        form.forms("Tags.member").forEach(tag -> tags.put(tag.get("Key"), tag.get("Value")));
        sessions.put(key, new Assumed(role, session, form.get("SourceIdentity"), form.get("Policy"), tags));
        var expiration =
                Instant.now().plusSeconds(form.number("DurationSeconds", 3600)).truncatedTo(ChronoUnit.SECONDS);
        var result = Trees.object();
        result.set(
                "Credentials",
                Trees.of(
                        "AccessKeyId", key,
                        "SecretAccessKey", Region.id("", 32),
                        "SessionToken", Region.id("oracle-", 32),
                        "Expiration", expiration.toString()));
        result.set("AssumedRoleUser", Trees.of("AssumedRoleId", "AROAORACLE:" + session, "Arn", arn));
        return result;
    }

    private ObjectNode callerIdentity(String key) {
        var arn = key == null ? null : roles.get(key);
        return Trees.of(
                "Arn", arn == null ? "arn:aws:iam::" + Region.ACCOUNT + ":user/oracle" : arn,
                "UserId", arn == null ? "AIDAORACLE" : "AROAORACLE:" + arn.substring(arn.lastIndexOf('/') + 1),
                "Account", Region.ACCOUNT);
    }

    @Override
    public ApiError refusal(Fault fault, Operation operation) {
        return switch (fault) {
            case THROTTLE -> new ApiError(400, "Throttling", "Rate exceeded");
            case ACCESS_DENIED ->
                new ApiError(403, "AccessDenied", "User is not authorized to perform: sts:" + operation.api());
            case QUOTA -> new ApiError(400, "LimitExceeded", "The quota is used up.");
            default -> new ApiError(500, "InternalFailure", "An internal failure has occurred");
        };
    }

    @Override
    public Answer error(ApiError error, String requestId) {
        var body = Trees.object();
        body.set(
                "Error",
                Trees.of(
                        "Type", error.status() < 500 ? "Sender" : "Receiver",
                        "Code", error.code(),
                        "Message", error.getMessage()));
        body.put("RequestId", requestId);
        return Answer.xml(error.status(), Xml.document("ErrorResponse", namespace(), body, null));
    }

    private static String namespace() {
        return "https://sts.amazonaws.com/doc/" + VERSION + "/";
    }
}
