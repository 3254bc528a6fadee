package io.barecount.agent;

import io.barecount.contracts.agent.Poll;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What an agent is told by its environment.
 *
 * @param storage that {@code file:} references are relative to
 * @param slots attempts at once
 * @param healthPort of {@code GET /health}, on the loopback address
 */
record Settings(String id, URI gateway, Path data, Path storage, int slots, int healthPort, Poll.Egress egress) {
    /** @throws IllegalArgumentException naming the variable that is missing or wrong */
    static Settings of(Map<String, String> environment) {
        return new Settings(
                required(environment, "BARECOUNT_AGENT_ID"),
                URI.create(required(environment, "BARECOUNT_AGENT_GATEWAY")),
                Path.of(required(environment, "BARECOUNT_AGENT_DATA")).toAbsolutePath(),
                Path.of(required(environment, "BARECOUNT_AGENT_STORAGE")).toAbsolutePath(),
                number(environment, "BARECOUNT_AGENT_SLOTS"),
                number(environment, "BARECOUNT_AGENT_HEALTH_PORT"),
                egress(required(environment, "BARECOUNT_AGENT_EGRESS")));
    }

    private static String required(Map<String, String> environment, String name) {
        var value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("the environment variable " + name + " is missing");
        }
        return value;
    }

    private static int number(Map<String, String> environment, String name) {
        var value = required(environment, name);
        if (!value.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(name + " is a number, found " + value);
        }
        return Integer.parseInt(value);
    }

    private static Poll.Egress egress(String value) {
        try {
            return Poll.Egress.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("BARECOUNT_AGENT_EGRESS is enforce or record, found " + value);
        }
    }
}
