package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What EventBridge says of what was started, as messages in a queue: there is one queue, whatever its address. */
final class Happenings {
    private static final Duration HIDDEN_FOR = Duration.ofSeconds(30);
    private static final int MOST_KEPT = 10_000;

    record Message(String id, String body) {}

    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final Map<String, Instant> hiddenUntil = new LinkedHashMap<>();

    /** Nobody is told of the end of an invocation. */
    synchronized void ended(Started started) {
        var event = switch (started.provider()) {
            case "ecs" ->
                event(
                        "aws.ecs",
                        "ECS Task State Change",
                        Trees.of("taskArn", started.id(), "lastStatus", "STOPPED", "desiredStatus", "STOPPED"));
            case "glue" ->
                event(
                        "aws.glue",
                        "Glue Job State Change",
                        Trees.of("jobName", started.name(), "jobRunId", started.id(), "severity", "INFO"));
            case "ec2" ->
                event(
                        "aws.ec2",
                        "EC2 Instance State-change Notification",
                        Trees.of("instance-id", started.id(), "state", "terminated"));
            default -> null;
        };
        if (event != null && messages.size() < MOST_KEPT) {
            put(event.toString());
        }
    }

    synchronized void put(String body) {
        var message = new Message(UUID.randomUUID().toString(), body);
        messages.put(message.id(), message);
        notifyAll();
    }

    private static ObjectNode event(String source, String type, ObjectNode detail) {
        var event = Trees.of(
                "version",
                "0",
                "id",
                UUID.randomUUID().toString(),
                "source",
                source,
                "detail-type",
                type,
                "time",
                Instant.now().toString());
        event.set("detail", detail);
        return event;
    }

    /** Waits until there is one, or the time is over. They are hidden for a while, and come again unless they are deleted. */
    synchronized List<Message> take(int most, Duration wait) throws InterruptedException {
        var until = Instant.now().plus(wait);
        while (visible().isEmpty() && Instant.now().isBefore(until)) {
            wait(Math.max(1, Duration.between(Instant.now(), until).toMillis()));
        }
        var taken = visible().stream().limit(most).toList();
        taken.forEach(message -> hiddenUntil.put(message.id(), Instant.now().plus(HIDDEN_FOR)));
        return taken;
    }

    private List<Message> visible() {
        var now = Instant.now();
        hiddenUntil.values().removeIf(time -> time.isBefore(now));
        return new ArrayList<>(messages.values())
                .stream()
                        .filter(message -> !hiddenUntil.containsKey(message.id()))
                        .toList();
    }

    synchronized void delete(Collection<String> ids) {
        messages.keySet().removeAll(ids);
        hiddenUntil.keySet().removeAll(ids);
    }
}
