package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        description = {
            "Lists runs, newest first; with a run's id, its whole audit record.",
            "Options narrow the list; --export writes all that they leave."
        })
final class RunsCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Parameters(paramLabel = "RUN", arity = "0..1", description = "Show this one.")
    private String run;

    @Option(names = "--limit", defaultValue = "20", description = "How many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--namespace", description = "Of this namespace.")
    private String namespace;

    @Option(names = "--pipeline", description = "Of this pipeline.")
    private String pipeline;

    @Option(names = "--state", description = "In this state, such as succeeded or denied.")
    private String state;

    @Option(names = "--person", description = "Submitted by this person or system.")
    private String person;

    @Option(names = "--runner", description = "On this type of runner, such as glue.")
    private String runner;

    @Option(names = "--boundary", description = "In this boundary.")
    private String boundary;

    @Option(names = "--policy", description = "Decided by this policy set (its digest), or of which this rule spoke.")
    private String policy;

    @Option(names = "--cost-center", description = "Paid by this cost centre.")
    private String costCenter;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Submitted on this day, or at this time, or later (UTC).")
    private String from;

    @Option(names = "--until", paramLabel = "TIME", description = "Submitted before this day, or time (UTC).")
    private String until;

    @Option(
            names = "--export",
            paramLabel = "FILE",
            description =
                    "Writes all of them to a file: CSV, or NDJSON with everything, as its name ends with .csv or .ndjson.")
    private Path export;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var client = data.client();
        if (run != null) {
            System.out.println(client.get("/ledger/runs/" + run).toPrettyString());
            return 0;
        }
        if (export != null) {
            return export(client);
        }
        var runs = client.get("/ledger/runs?limit=" + limit + query("&")).path("runs");
        System.out.print(json ? runs.toPrettyString() + "\n" : table(runs));
        return 0;
    }

    /** What was asked for, as parameters of an address. */
    private String query(String first) {
        var wanted = new LinkedHashMap<String, String>();
        wanted.put("namespace", namespace);
        wanted.put("pipeline", pipeline);
        wanted.put("state", state);
        wanted.put("person", person);
        wanted.put("runner", runner);
        wanted.put("boundary", boundary);
        wanted.put("policy", policy);
        wanted.put("costCenter", costCenter);
        wanted.put("from", from);
        wanted.put("until", until);
        var text = wanted.entrySet().stream()
                .filter(each -> each.getValue() != null)
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return text.isEmpty() ? "" : first + text;
    }

    private int export(Client client) throws IOException, InterruptedException {
        var name = export.getFileName().toString();
        var format = name.endsWith(".csv") ? "csv" : name.endsWith(".ndjson") ? "ndjson" : null;
        if (format == null) {
            throw new IOException(
                    export + ": the name ends with .csv or .ndjson. Parquet: DuckDB and the like make it of either");
        }
        var next = export.resolveSibling(name + ".part");
        var lines = 0L;
        try (var answer = client.open("/ledger/export/runs?format=" + format + query("&"))) {
            try (var out = new BufferedOutputStream(Files.newOutputStream(next))) {
                lines = copy(answer, out) - (format.equals("csv") ? 1 : 0);
            }
        }
        Files.move(next, export, StandardCopyOption.REPLACE_EXISTING);
        System.err.printf("\r%s: %,d runs          %n", export, lines);
        return 0;
    }

    /** A piece at a time, showing how far it is. */
    private static long copy(Client.Answer answer, OutputStream out) throws IOException {
        var piece = new byte[1 << 16];
        var lines = 0L;
        for (var read = answer.body().read(piece);
                read >= 0;
                read = answer.body().read(piece)) {
            out.write(piece, 0, read);
            for (var i = 0; i < read; i++) {
                lines += piece[i] == '\n' ? 1 : 0;
            }
            System.err.printf("\r%,d of %s runs", lines, answer.total());
        }
        return lines;
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
