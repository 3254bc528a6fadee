package io.barecount.agent;

import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.RunnerType;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an agent is told by its environment.
 *
 * @param gateway its base address, without a slash at the end
 * @param tokenFile with the enrolment token; needed until the agent is enrolled, and null where there is none
 * @param storage that {@code file:} references are relative to
 * @param secrets directory of what {@code secrets} of workloads refer to; null where there is none
 * @param cgroup below which attempts get control groups of their own, relative to the root of the kernel's
 * @param diskMiB what an attempt may write
 * @param slots attempts at once
 * @param healthPort of {@code GET /health}, on the loopback address
 * @param runnerTypes it stands in for
 * @param boundaries it may work in; {@code *} for all
 */
record Settings(
        String id,
        URI gateway,
        Path data,
        Path tokenFile,
        Path storage,
        Path secrets,
        String cgroup,
        int diskMiB,
        int slots,
        int healthPort,
        Poll.Egress egress,
        List<RunnerType> runnerTypes,
        List<String> boundaries) {
    /** @throws IllegalArgumentException naming the variable that is missing or wrong */
    static Settings of(Map<String, String> environment) {
        return new Settings(
                id(required(environment, "BARECOUNT_AGENT_ID")),
                URI.create(required(environment, "BARECOUNT_AGENT_GATEWAY").replaceFirst("/+$", "")),
                Path.of(required(environment, "BARECOUNT_AGENT_DATA")).toAbsolutePath(),
                path(environment, "BARECOUNT_AGENT_TOKEN_FILE"),
                Path.of(required(environment, "BARECOUNT_AGENT_STORAGE")).toAbsolutePath(),
                path(environment, "BARECOUNT_AGENT_SECRETS"),
                cgroup(environment.getOrDefault("BARECOUNT_AGENT_CGROUP", "barecount")),
                number(
                        environment.getOrDefault("BARECOUNT_AGENT_DISK_MIB", "10240"),
                        "BARECOUNT_AGENT_DISK_MIB",
                        16,
                        99_999_999),
                number(required(environment, "BARECOUNT_AGENT_SLOTS"), "BARECOUNT_AGENT_SLOTS", 1, 1000),
                number(required(environment, "BARECOUNT_AGENT_HEALTH_PORT"), "BARECOUNT_AGENT_HEALTH_PORT", 0, 65535),
                one(Poll.Egress.class, "BARECOUNT_AGENT_EGRESS", required(environment, "BARECOUNT_AGENT_EGRESS")),
                list(environment, "BARECOUNT_AGENT_RUNNER_TYPES", "lambda,fargate,glue,ec2,onprem").stream()
                        .map(type -> one(RunnerType.executing(), "BARECOUNT_AGENT_RUNNER_TYPES", type))
                        .toList(),
                list(environment, "BARECOUNT_AGENT_BOUNDARIES", "*"));
    }

    private static String required(Map<String, String> environment, String name) {
        var value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("the environment variable " + name + " is missing");
        }
        return value.strip();
    }

    /** Null where it is not set. */
    private static Path path(Map<String, String> environment, String name) {
        var value = environment.getOrDefault(name, "").strip();
        return value.isEmpty() ? null : Path.of(value).toAbsolutePath().normalize();
    }

    private static String id(String value) {
        if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new IllegalArgumentException(
                    "BARECOUNT_AGENT_ID is up to 63 letters, digits, dots, hyphens and underscores, found " + value);
        }
        return value;
    }

    private static String cgroup(String value) {
        if (!value.matches("[A-Za-z0-9_.@-]+(/[A-Za-z0-9_.@-]+)*") || value.contains("..")) {
            throw new IllegalArgumentException(
                    "BARECOUNT_AGENT_CGROUP is the path of a control group, relative to the kernel's root, found "
                            + value);
        }
        return value;
    }

    private static int number(String value, String name, int min, int max) {
        if (value.matches("[0-9]{1,8}")) {
            var number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw new IllegalArgumentException(name + " is a number from " + min + " to " + max + ", found " + value);
    }

    private static List<String> list(Map<String, String> environment, String name, String unset) {
        return Arrays.stream(environment.getOrDefault(name, unset).split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static <E extends Enum<E>> E one(Class<E> type, String name, String value) {
        return one(List.of(type.getEnumConstants()), name, value);
    }

    private static <E extends Enum<E>> E one(List<E> allowed, String name, String value) {
        var wanted = value.toUpperCase(Locale.ROOT).replace('-', '_');
        return allowed.stream()
                .filter(constant -> constant.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is of "
                        + allowed.stream()
                                .map(constant -> Json.tree(constant).asText())
                                .toList()
                        + ", found " + value));
    }
}
