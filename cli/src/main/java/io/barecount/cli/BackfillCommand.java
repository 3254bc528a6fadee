package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the times of a pipeline's schedule in a past interval. Its runs are submissions like any other, decided anew, of low",
            "priority; a time that was run before is not run again. With --dry-run: how many, what they would cost, and what would be decided."
        })
final class BackfillCommand implements Callable<Integer> {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    @Mixin
    private DataOption data;

    @Parameters(paramLabel = "NAMESPACE/PIPELINE", description = "A registered pipeline with a schedule.")
    private String pipeline;

    @Option(names = "--from", required = true, paramLabel = "TIME", description = "Such as 2026-05-01T00:00:00Z.")
    private String from;

    @Option(names = "--until", required = true, paramLabel = "TIME", description = "Not included.")
    private String until;

    @Option(names = "--parallelism", defaultValue = "1", description = "Runs at once (default: ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(names = "--dry-run", description = "Starts nothing.")
    private boolean dryRun;

    @Option(names = "--reason", description = "Kept in the ledger; needed unless it is a dry run.")
    private String reason;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var client = data.client();
        var asked = Json.mapper()
                .createObjectNode()
                .put("from", from)
                .put("until", until)
                .put("parallelism", parallelism)
                .put("dryRun", dryRun)
                .put("reason", reason);
        var answer = client.post("/schedules/" + pipeline + "/backfills", JSON, asked.toString());
        if (!dryRun) {
            System.out.println(answer.path("backfills").toPrettyString());
            return 0;
        }
        var count = answer.path("count").asInt();
        System.out.println(count + (count == 1 ? " run" : " runs"));
        if (count > 0) {
            var times = answer.path("times");
            System.out.println("first " + times.get(0).asText() + ", last "
                    + times.get(count - 1).asText());
            return told(client, count);
        }
        return 0;
    }

    /** What would be decided of one of them, as of now, and what all would cost. */
    private int told(Client client, int count) throws IOException, InterruptedException {
        var manifest = client.get("/pipelines/" + pipeline).path("manifest");
        var decision = client.post("/check", JSON, manifest.toString());
        var outcome = decision.path("outcome").asText(decision.path("decision").asText(""));
        System.out.println("each would be " + outcome);
        decision.path("findings").forEach(BackfillCommand::print);
        var likely = decision.path("estimate").path("likely");
        if (likely.isObject()) {
            var all = new BigDecimal(likely.path("amount").asText()).multiply(BigDecimal.valueOf(count));
            System.out.println("about " + RunsCommand.money(likely) + " each, "
                    + all.stripTrailingZeros().toPlainString() + " "
                    + likely.path("currency").asText() + " in all");
        }
        return 0;
    }

    private static void print(JsonNode finding) {
        System.out.println("  " + finding.path("level").asText() + " "
                + finding.path("rule").asText() + ": " + finding.path("message").asText());
    }
}
