package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        description = "Lists runs, newest first; with a run's id, its whole audit record.")
final class RunsCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Parameters(paramLabel = "RUN", arity = "0..1", description = "Show this one.")
    private String run;

    @Option(names = "--limit", defaultValue = "20", description = "How many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var client = data.client();
        if (run != null) {
            System.out.println(client.get("/ledger/runs/" + run).toPrettyString());
            return 0;
        }
        var runs = client.get("/ledger/runs?limit=" + limit).path("runs");
        System.out.print(json ? runs.toPrettyString() + "\n" : table(runs));
        return 0;
    }

    static String table(Iterable<JsonNode> runs) {
        var table = new Table(
                "RUN",
                "NAME",
                "RUNNER",
                "PROVIDER",
                "NETWORK",
                "BOUNDARY",
                "STATE",
                "TASKS",
                "ESTIMATE",
                "COST",
                "ENTRIES");
        for (var run : runs) {
            table.add(
                    run.path("run").asText(),
                    run.path("pipeline").asText(""),
                    run.path("runner").asText(""),
                    run.path("provider").asText("-"),
                    run.path("network").asText(""),
                    run.path("boundary").asText(""),
                    run.path("state").asText(),
                    run.path("tasks").asText(""),
                    money(run.path("estimate").path("likely")),
                    money(run.path("cost")),
                    run.path("entries").asText());
        }
        return table.toString();
    }

    private static String significant(BigDecimal amount) {
        return amount.round(new MathContext(4)).stripTrailingZeros().toPlainString();
    }

    /** For people: four significant digits. JSON has all of them. */
    static String money(JsonNode money) {
        return money.isObject()
                ? significant(new BigDecimal(money.path("amount").asText())) + " "
                        + money.path("currency").asText()
                : "-";
    }
}
