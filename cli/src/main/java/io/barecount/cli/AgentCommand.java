package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The agents on premises: which there are, and who may become one. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "The agents that execute on premises: which there are, and who may become one.")
final class AgentCommand {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    @Command(mixinStandardHelpOptions = true, description = "Lists the agents, and where each may work.")
    int list(@Mixin DataOption data) throws IOException, InterruptedException {
        var table = new Table("AGENT", "STATE", "KEY", "BOUNDARIES", "LAST SEEN", "REASON");
        for (var agent : data.client().get("/agents")) {
            table.add(
                    agent.path("id").asText(),
                    agent.path("state").asText(),
                    agent.path("keyId").asText(),
                    String.join(",", texts(agent.path("rights").path("boundaries"))),
                    agent.path("lastSeen").asText("-"),
                    agent.path("reason").asText(""));
        }
        System.out.print(table);
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Makes a token by which one agent may enrol; it is shown this once.",
                "The agent finds it in the file that BARECOUNT_AGENT_TOKEN_FILE names."
            })
    int token(
            @Mixin DataOption data,
            @Option(names = "--name", description = "The only agent that it is for (default: any new one).")
                    String name,
            @Option(
                            names = "--boundary",
                            paramLabel = "NAME",
                            description = "Where the agent may work; may be repeated (default: everywhere).")
                    List<String> boundaries,
            @Option(names = "--runner", paramLabel = "TYPE", description = "What it may stand in for (default: all).")
                    List<String> runners,
            @Option(names = "--valid", paramLabel = "DURATION", description = "ISO 8601 (default: PT1H).")
                    Duration valid)
            throws IOException, InterruptedException {
        var request = new LinkedHashMap<String, Object>();
        request.put("rights", rights(boundaries == null ? List.of("*") : boundaries, runners, false));
        if (name != null) {
            request.put("agent", name);
        }
        if (valid != null) {
            request.put("valid", valid.toString());
        }
        var answer = data.client().post("/agents/tokens", JSON, Json.text(request));
        System.out.println(answer.path("token").asText());
        System.err.println("valid until " + answer.path("until").asText());
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Makes an agent known by its public key, which somebody brought.",
                "So for one that no network reaches: ./barecount airgap init makes its key."
            })
    int register(
            @Mixin DataOption data,
            @Parameters(paramLabel = "AGENT") String name,
            @Option(names = "--key", required = true, paramLabel = "FILE", description = "PEM of its public key.")
                    Path key,
            @Option(
                            names = "--boundary",
                            required = true,
                            paramLabel = "NAME",
                            description = "Where it may work; may be repeated.")
                    List<String> boundaries,
            @Option(names = "--runner", paramLabel = "TYPE", description = "What it may stand in for (default: all).")
                    List<String> runners,
            @Option(
                            names = "--air-gap",
                            description =
                                    "No network reaches it: work in its boundaries goes by file, and to no other agent.")
                    boolean airGap)
            throws IOException, InterruptedException {
        var answer = data.client()
                .put(
                        "/agents/" + name,
                        "application/json",
                        Json.text(Map.of(
                                "publicKey", Files.readString(key), "rights", rights(boundaries, runners, airGap))));
        show(answer);
        return 0;
    }

    @Command(mixinStandardHelpOptions = true, description = "Gives an agent nothing new; it ends what it has.")
    int drain(@Mixin DataOption data, @Parameters(paramLabel = "AGENT") String name)
            throws IOException, InterruptedException {
        show(data.client().post("/agents/" + name + "/drain", JSON, "{}"));
        return 0;
    }

    @Command(mixinStandardHelpOptions = true, description = "Gives a drained agent work again.")
    int resume(@Mixin DataOption data, @Parameters(paramLabel = "AGENT") String name)
            throws IOException, InterruptedException {
        show(data.client().post("/agents/" + name + "/resume", JSON, "{}"));
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Hears nothing of an agent any more: it ends what it runs, and its work is lost when its lease is over.")
    int revoke(
            @Mixin DataOption data,
            @Parameters(paramLabel = "AGENT") String name,
            @Option(names = "--reason", required = true, description = "Kept with it.") String reason)
            throws IOException, InterruptedException {
        show(data.client().post("/agents/" + name + "/revoke", JSON, Json.text(Map.of("reason", reason))));
        return 0;
    }

    private static Map<String, Object> rights(List<String> boundaries, List<String> runners, boolean airGap) {
        return Map.of("boundaries", boundaries, "runnerTypes", runners == null ? List.of() : runners, "airGap", airGap);
    }

    private static void show(JsonNode agent) {
        System.out.println(
                agent.path("id").asText() + ": " + agent.path("state").asText());
    }

    private static List<String> texts(JsonNode array) {
        var texts = new java.util.ArrayList<String>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
