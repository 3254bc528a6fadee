package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Leave to pass by a rule. People are who their token says, see BARECOUNT_TOKEN. */
@Command(
        name = "exemption",
        mixinStandardHelpOptions = true,
        description = {
            "Leave to pass by one rule, in one namespace, for some time: proposed by one person, granted by another.",
            "What the rule says is advice then. Permits hang on it: they end with it, and are taken back when it is revoked."
        })
final class ExemptionCommand {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    @Command(mixinStandardHelpOptions = true, description = "Lists exemptions, the newest first.")
    int list(
            @Mixin DataOption data,
            @Option(
                            names = "--standing",
                            paramLabel = "WORD",
                            description = "proposed, granted, refused, revoked or expired (default: all).")
                    String standing,
            @Option(names = "--namespace", paramLabel = "NAME", description = "Of this namespace.") String namespace,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var listed = data.client()
                .get("/exemptions?" + (standing == null ? "" : "standing=" + standing + "&")
                        + (namespace == null ? "" : "namespace=" + namespace));
        if (json) {
            System.out.println(listed.toPrettyString());
            return 0;
        }
        var table = new Table("EXEMPTION", "STANDING", "RULE", "FOR", "OWNER", "UNTIL", "RUNS", "COST");
        for (var each : listed.path("exemptions")) {
            table.add(
                    each.at("/exemption/id").asText(),
                    each.path("standing").asText(),
                    each.at("/exemption/rule").asText(),
                    scope(each.path("exemption")),
                    each.at("/exemption/owner").asText(),
                    each.at("/exemption/until").asText(),
                    ofMost(
                            each.at("/uses/runs").asText(),
                            each.at("/exemption/runsMax").asText()),
                    ofMost(
                            cost(each.at("/uses/cost")),
                            each.at("/exemption/costMax/amount").asText()));
        }
        System.out.print(table);
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Asks for an exemption, which holds once another person has granted it. Prints its id.",
                "A rule that says exemptible: false lets nobody pass."
            },
            footer = {
                "",
                "Example:",
                "  ./barecount exemption propose fan-out-ceiling --namespace finance --pipeline year-end \\",
                "      --for 14d --runs 3 --reason \"the year's closing, once\"",
            })
    int propose(
            @Mixin DataOption data,
            @Parameters(paramLabel = "RULE", description = "The rule's id, as a denial names it.") String rule,
            @Option(names = "--namespace", required = true, paramLabel = "NAME", description = "Where it is to hold.")
                    String namespace,
            @Option(
                            names = "--pipeline",
                            paramLabel = "NAME",
                            description = "The only one that it is to hold for (default: all of the namespace).")
                    String pipeline,
            @Option(
                            names = "--for",
                            paramLabel = "TIME",
                            description = "How long from now, such as 14d or PT6H; or --until says when it ends.")
                    String lasting,
            @Option(names = "--from", paramLabel = "INSTANT", description = "When it begins (default: now).")
                    String from,
            @Option(names = "--until", paramLabel = "INSTANT", description = "Such as 2027-01-15T00:00:00Z.")
                    String until,
            @Option(names = "--owner", paramLabel = "NAME", description = "Who answers for it (default: you).")
                    String owner,
            @Option(names = "--runs", paramLabel = "N", description = "How many runs may pass by it (default: any).")
                    Long runs,
            @Option(
                            names = "--cost",
                            arity = "2",
                            paramLabel = "AMOUNT CURRENCY",
                            hideParamSyntax = true,
                            description = "What they may cost at most together, such as 250 USD (default: anything).")
                    String[] cost,
            @Option(names = "--reason", required = true, description = "Kept in the ledger.") String reason)
            throws IOException, InterruptedException {
        var asked = Json.mapper()
                .createObjectNode()
                .put("rule", rule)
                .put("namespace", namespace)
                .put("until", until(lasting, until))
                .put("reason", reason);
        if (pipeline != null) {
            asked.put("pipeline", pipeline);
        }
        if (from != null) {
            asked.put("from", from);
        }
        if (owner != null) {
            asked.put("owner", owner);
        }
        if (runs != null) {
            asked.put("runsMax", runs);
        }
        if (cost != null) {
            asked.putObject("costMax").put("amount", cost[0]).put("currency", cost[1]);
        }
        var proposed = data.client().post("/exemptions", JSON, asked.toString());
        System.out.println(proposed.at("/exemption/id").asText());
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Has an exemption hold from now on. Neither who proposed it nor who owns it can;",
                "from a rule of a mandatory policy set, only who governs all namespaces."
            })
    int grant(
            @Mixin DataOption data,
            @Parameters(paramLabel = "EXEMPTION", description = "Its id.") String exemption,
            @Option(names = "--reason", required = true, description = "Kept in the ledger.") String reason)
            throws IOException, InterruptedException {
        return say("grant", exemption, reason, data);
    }

    @Command(mixinStandardHelpOptions = true, description = "Ends an exemption that was proposed.")
    int refuse(
            @Mixin DataOption data,
            @Parameters(paramLabel = "EXEMPTION", description = "Its id.") String exemption,
            @Option(names = "--reason", required = true, description = "Kept in the ledger.") String reason)
            throws IOException, InterruptedException {
        return say("refuse", exemption, reason, data);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Ends an exemption that was granted, and takes back the permits that hang on it:",
                "nothing of these runs starts any more, and what is out is told to end."
            })
    int revoke(
            @Mixin DataOption data,
            @Parameters(paramLabel = "EXEMPTION", description = "Its id.") String exemption,
            @Option(names = "--reason", required = true, description = "Kept in the ledger.") String reason)
            throws IOException, InterruptedException {
        return say("revoke", exemption, reason, data);
    }

    private static int say(String verb, String id, String reason, DataOption data)
            throws IOException, InterruptedException {
        var said = data.client().post("/exemptions/" + id + "/" + verb, JSON, Json.text(Map.of("reason", reason)));
        var exemption = said.path("exemption");
        System.out.println(said.path("standing").asText() + ": "
                + exemption.path("rule").asText() + " for " + scope(exemption) + " until "
                + exemption.path("until").asText());
        return 0;
    }

    private static String until(String lasting, String until) throws IOException {
        if ((lasting == null) == (until == null)) {
            throw new IOException("--for says how long an exemption is to hold, or --until when it ends: one of them");
        }
        if (until != null) {
            return until;
        }
        try {
            var time = lasting.matches("[0-9]{1,4}d") ? "P" + lasting.toUpperCase(Locale.ROOT) : lasting;
            return Instant.now()
                    .plus(Duration.parse(time))
                    .truncatedTo(ChronoUnit.SECONDS)
                    .toString();
        } catch (DateTimeParseException e) {
            throw new IOException("--for is a time such as 14d or PT6H, found " + lasting, e);
        }
    }

    static String scope(JsonNode exemption) {
        return exemption.path("namespace").asText()
                + (exemption.hasNonNull("pipeline")
                        ? "/" + exemption.path("pipeline").asText()
                        : "");
    }

    private static String ofMost(String used, String most) {
        return most.isEmpty() ? used : used + " of " + most;
    }

    private static String cost(JsonNode amounts) {
        return amounts.isEmpty()
                ? "0"
                : StreamSupport.stream(amounts.spliterator(), false)
                        .map(RunsCommand::money)
                        .collect(Collectors.joining(", "));
    }
}
