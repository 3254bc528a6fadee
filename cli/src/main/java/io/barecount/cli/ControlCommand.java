package io.barecount.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.control.Scope;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is set of a scope or a run: one command for each word. */
abstract class ControlCommand implements Callable<Integer> {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    @Mixin
    DataOption data;

    @Option(names = "--reason", required = true, description = "Kept in the ledger.")
    String reason;

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = "Starts nothing new of a run or in a scope; what is out goes on. See resume.")
    static final class Pause extends ControlCommand {
        @Parameters(paramLabel = "RUN|SCOPE", description = SCOPES)
        private String what;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return isRun(what) ? run(what, "pause") : mode(what, "paused");
        }
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Lets a run or a scope go on.")
    static final class Resume extends ControlCommand {
        @Parameters(paramLabel = "RUN|SCOPE", description = SCOPES)
        private String what;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return isRun(what) ? run(what, "resume") : mode(what, "open");
        }
    }

    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            description = "Starts nothing new in a scope, and tells when the last attempt of it has ended. See resume.")
    static final class Drain extends ControlCommand {
        @Parameters(paramLabel = "SCOPE", description = SCOPES)
        private String scope;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return mode(scope, "draining");
        }
    }

    @Command(
            name = "kill",
            mixinStandardHelpOptions = true,
            description = "Starts nothing new in a scope, and cancels all runs that are in it. See resume.")
    static final class Kill extends ControlCommand {
        @Parameters(paramLabel = "SCOPE", description = SCOPES)
        private String scope;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return mode(scope, "killed");
        }
    }

    @Command(
            name = "limit",
            mixinStandardHelpOptions = true,
            description = "Sets how much of a scope may run at once, and a namespace's weight beside others.")
    static final class Limit extends ControlCommand {
        private static final String NONE = "none";

        @Parameters(paramLabel = "SCOPE", description = SCOPES)
        private String scope;

        @Option(
                names = "--most",
                paramLabel = "N",
                description = "Attempts out at once; 'none' for the configured limit.")
        private String most;

        @Option(
                names = "--least",
                paramLabel = "N",
                description = "Capacity that a pool keeps ready though nothing is to be done; 'none' for none.")
        private String least;

        @Option(names = "--starts", paramLabel = "N", description = "Attempts started a second; 'none' for no limit.")
        private String starts;

        @Option(names = "--weight", paramLabel = "N", description = "A namespace's share beside others of weight 1.")
        private Double weight;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var asked = asked(scope);
            if (most != null) {
                asked.put("most", most.equals(NONE) ? null : Integer.valueOf(most));
            }
            if (least != null) {
                asked.put("least", least.equals(NONE) ? null : Integer.valueOf(least));
            }
            if (starts != null) {
                asked.put("startsPerSecond", starts.equals(NONE) ? null : Double.valueOf(starts));
            }
            if (weight != null) {
                asked.put("weight", weight);
            }
            return set(asked);
        }
    }

    static final String SCOPES = "A run's id; or platform, namespace/NAME, pipeline/NAMESPACE/NAME, runner-type/TYPE,"
            + " boundary/NAME, or pool/TYPE@BOUNDARY.";

    static boolean isRun(String text) {
        try {
            RunId.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    int run(String run, String verb) throws IOException, InterruptedException {
        var answer = data.client().post("/runs/" + run + "/" + verb, JSON, Json.text(Map.of("reason", reason)));
        System.out.println(answer.path("state").asText() + (answer.hasNonNull("paused") ? ", paused" : ""));
        return 0;
    }

    int mode(String scope, String mode) throws IOException, InterruptedException {
        return set(asked(scope).put("mode", mode));
    }

    ObjectNode asked(String scope) throws IOException {
        try {
            return Json.mapper()
                    .createObjectNode()
                    .put("scope", Scope.parse(scope).toString())
                    .put("reason", reason);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    int set(ObjectNode asked) throws IOException, InterruptedException {
        System.out.print(ControlsCommand.table(List.of(data.client().post("/controls", JSON, asked.toString()))));
        return 0;
    }
}
