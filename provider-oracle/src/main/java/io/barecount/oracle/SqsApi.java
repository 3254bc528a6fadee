package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/** SQS. A message's receipt is its id. */
final class SqsApi extends JsonTargetApi {
    private final Happenings happenings;

    SqsApi(Happenings happenings) {
        super("AmazonSQS");
        this.happenings = happenings;
    }

    @Override
    ObjectNode answer(Call call, JsonNode input) {
        return switch (call.operation()) {
            case RECEIVE_MESSAGE -> receive(input);
            case DELETE_MESSAGE_BATCH -> delete(input);
            default ->
                throw refused("UnknownOperationException", call.operation().api());
        };
    }

    private ObjectNode receive(JsonNode input) {
        try {
            var taken = happenings.take(
                    input.path("MaxNumberOfMessages").asInt(1),
                    Duration.ofSeconds(input.path("WaitTimeSeconds").asInt(0)));
            return Trees.object().set("Messages", Trees.array(tree(taken)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Trees.object();
        }
    }

    private static List<ObjectNode> tree(List<Happenings.Message> messages) {
        return messages.stream()
                .map(message -> Trees.of(
                        "MessageId",
                        message.id(),
                        "ReceiptHandle",
                        message.id(),
                        "MD5OfBody",
                        md5(message.body()),
                        "Body",
                        message.body()))
                .toList();
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode delete(JsonNode input) {
        var entries = input.path("Entries").valueStream().toList();
        happenings.delete(entries.stream()
                .map(entry -> Trees.text(entry, "ReceiptHandle"))
                .toList());
        return Trees.object()
                .set(
                        "Successful",
                        Trees.array(entries.stream()
                                .map(entry -> Trees.of("Id", Trees.text(entry, "Id")))
                                .toList()));
    }

    @Override
    public ApiError refusal(Fault fault, Operation operation) {
        return switch (fault) {
            case THROTTLE -> refused("RequestThrottled", "Request was denied due to request throttling.");
            case ACCESS_DENIED -> refused("AccessDenied", "Access to the resource is denied: sqs:" + operation.api());
            case QUOTA -> refused("OverLimit", "The maximum number of in flight messages is reached.");
            default -> new ApiError(500, "InternalError", "We encountered an internal error. Please try again.");
        };
    }
}
