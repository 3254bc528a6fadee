package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What runs cost: one command for each word. */
abstract class CostCommand implements Callable<Integer> {
    @Mixin
    DataOption data;

    @Option(names = "--json", description = "One JSON document.")
    boolean json;

    @Command(
            name = "budgets",
            mixinStandardHelpOptions = true,
            description =
                    "Lists budgets in their present period: what is spent, reserved for runs that go on, and left.")
    static final class Budgets extends CostCommand {
        @Override
        public Integer call() throws IOException, InterruptedException {
            return print(
                    data.client().get("/budgets"),
                    new Table("BUDGET", "NAMESPACE", "COST CENTER", "PERIOD", "LIMIT", "SPENT", "RESERVED", "LEFT"),
                    (table, each) -> table.add(
                            each.at("/budget/name").asText(),
                            each.at("/budget/namespace").asText("*"),
                            each.at("/budget/costCenter").asText("*"),
                            each.path("period").asText(),
                            RunsCommand.money(each.at("/budget/limit")),
                            RunsCommand.money(each.path("spent")),
                            RunsCommand.money(each.path("reserved")),
                            RunsCommand.money(each.path("left"))));
        }
    }

    @Command(
            name = "spend",
            mixinStandardHelpOptions = true,
            description = "Sums what ended runs cost, by namespace and cost centre; exactly as the ledger has it.")
    static final class Spend extends CostCommand {
        @Option(
                names = "--since",
                defaultValue = "30d",
                description = "Such as 7d or PT6H (default: ${DEFAULT-VALUE}).")
        private String since;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return print(
                    data.client().get("/spend?since=" + since),
                    new Table("NAMESPACE", "COST CENTER", "RUNS", "SPENT"),
                    (table, each) -> table.add(
                            each.path("namespace").asText(),
                            each.path("costCenter").asText("-"),
                            each.path("runs").asText(),
                            RunsCommand.money(each.path("spent"))));
        }
    }

    @Command(
            name = "estimates",
            mixinStandardHelpOptions = true,
            description = "Compares what runs were thought to cost with what they did, by pipeline and runner type.")
    static final class Estimates extends CostCommand {
        @Option(
                names = "--since",
                defaultValue = "30d",
                description = "Such as 7d or PT6H (default: ${DEFAULT-VALUE}).")
        private String since;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return print(
                    data.client().get("/estimates?since=" + since),
                    new Table("PIPELINE", "RUNNER", "RUNS", "ESTIMATED", "ACTUAL", "MEDIAN ERROR", "P90 ERROR"),
                    (table, each) -> table.add(
                            each.path("namespace").asText() + "/"
                                    + each.path("pipeline").asText(),
                            each.path("runner").asText(),
                            each.path("runs").asText(),
                            RunsCommand.money(each.path("likely")),
                            RunsCommand.money(each.path("actual")),
                            percent(each.path("medianError")),
                            percent(each.path("p90Error"))));
        }
    }

    private static String percent(JsonNode part) {
        return Math.round(part.asDouble() * 100) + " %";
    }

    private interface Row {
        void add(Table table, JsonNode each);
    }

    int print(JsonNode answer, Table table, Row row) {
        if (json) {
            System.out.println(answer.toPrettyString());
            return 0;
        }
        answer.forEach(each -> row.add(table, each));
        System.out.print(table);
        return 0;
    }
}
