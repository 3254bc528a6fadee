package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people have to say of a run: one command for each word. They are who their token says, see BARECOUNT_TOKEN. */
abstract class ApprovalCommand implements Callable<Integer> {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    @Mixin
    DataOption data;

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    String run;

    @Option(names = "--json", description = "One JSON document.")
    boolean json;

    @Command(
            name = "decision",
            mixinStandardHelpOptions = true,
            description = "Shows what was decided on a run, and why; of a held one, what it waits for.")
    static final class Show extends ApprovalCommand {
        @Override
        public Integer call() throws IOException, InterruptedException {
            return print(data.client().get("/decisions/" + run));
        }
    }

    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = {
                "Gives your leave for a held run, for exactly what --binding names; see ./barecount decision RUN.",
                "Whoever submitted it never counts. Exit code 0 once it is permitted, 3 while it waits for more people."
            })
    static final class Approve extends ApprovalCommand {
        @Option(
                names = "--binding",
                required = true,
                paramLabel = "DIGEST",
                description = "What you looked at, as 'decision' shows it.")
        private String binding;

        @Option(names = "--reason", required = true, description = "Kept in the permit and in the ledger.")
        private String reason;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var decision = say("approve", asked(reason).put("binding", binding));
            print(decision);
            return DecisionText.exitCode(decision);
        }
    }

    @Command(
            name = "refuse",
            mixinStandardHelpOptions = true,
            description = "Denies a held run, if it waits for your leave.")
    static final class Refuse extends ApprovalCommand {
        @Option(names = "--reason", required = true, description = "Told to the submitter, and kept in the ledger.")
        private String reason;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return print(say("refuse", asked(reason)));
        }
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Takes a run's permit back: nothing of it starts any more, and what is out is told to end.")
    static final class Revoke extends ApprovalCommand {
        @Option(names = "--reason", required = true, description = "Kept in the ledger.")
        private String reason;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return print(say("revoke", asked(reason)));
        }
    }

    private static ObjectNode asked(String reason) {
        return Json.mapper().createObjectNode().put("reason", reason);
    }

    JsonNode say(String verb, ObjectNode asked) throws IOException, InterruptedException {
        return data.client().post("/decisions/" + run + "/" + verb, JSON, asked.toString());
    }

    int print(JsonNode decision) {
        System.out.print(json ? decision.toPrettyString() + "\n" : DecisionText.of(decision));
        return 0;
    }

    @Command(
            name = "approvals",
            mixinStandardHelpOptions = true,
            description = "Lists the runs that wait for people's leave, the longest waiting first.")
    static final class Inbox implements Callable<Integer> {
        @Mixin
        private DataOption data;

        @Option(names = "--namespace", description = "Of this namespace.")
        private String namespace;

        @Option(names = "--json", description = "One JSON document.")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var decisions = data.client()
                    .get("/decisions?outcome=held&limit=500" + (namespace == null ? "" : "&namespace=" + namespace))
                    .path("decisions");
            System.out.print(json ? decisions.toPrettyString() + "\n" : table(decisions));
            return 0;
        }

        private static String table(JsonNode decisions) {
            var table = new Table("RUN", "PIPELINE", "BOUNDARY", "LIKELY COST", "SUBMITTER", "WAITS FOR", "UNTIL");
            for (var each : decisions) {
                table.add(
                        each.path("run").asText(),
                        each.path("namespace").asText() + "/"
                                + each.path("pipeline").asText(),
                        each.path("boundary").asText(),
                        RunsCommand.money(each.at("/estimate/likely")),
                        each.path("submitter").asText(),
                        StreamSupport.stream(each.at("/waiting/quorums").spliterator(), false)
                                .map(quorum -> quorum.path("missing").asText() + " of "
                                        + DecisionText.names(quorum.path("roles")))
                                .collect(Collectors.joining("; ")),
                        each.path("expiresAt").asText());
            }
            return table.toString();
        }
    }
}
