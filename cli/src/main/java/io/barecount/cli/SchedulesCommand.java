package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "schedules",
        mixinStandardHelpOptions = true,
        description = {
            "Lists what registered pipelines start by themselves: at times, and after other pipelines' runs.",
            "With a pipeline, the times that come next."
        })
final class SchedulesCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Parameters(paramLabel = "NAMESPACE/PIPELINE", arity = "0..1", description = "The next times of this one.")
    private String pipeline;

    @Option(names = "--namespace", description = "Of this namespace.")
    private String namespace;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (pipeline != null) {
            data.client()
                    .get("/schedules/" + pipeline + "/times")
                    .path("times")
                    .forEach(time -> System.out.println(time.asText()));
            return 0;
        }
        var schedules = data.client()
                .get("/schedules" + (namespace == null ? "" : "?namespace=" + namespace))
                .path("schedules");
        System.out.print(json ? schedules.toPrettyString() + "\n" : table(schedules));
        return 0;
    }

    private static String table(JsonNode pipelines) {
        var table = new Table("PIPELINE", "WHEN", "ZONE", "NEXT", "LAST RUN");
        for (var each : pipelines) {
            var name = each.path("namespace").asText() + "/"
                    + each.path("pipeline").asText();
            for (var entry : each.path("schedules")) {
                table.add(
                        name,
                        entry.at("/schedule/cron").asText(),
                        entry.at("/schedule/timezone").asText(),
                        entry.path("next").asText("-"),
                        entry.path("last").asText("-"));
            }
            var after = StreamSupport.stream(each.path("after").spliterator(), false)
                    .map(one ->
                            one.path("pipeline").asText() + " " + one.path("on").asText())
                    .collect(Collectors.joining(", "));
            if (!after.isEmpty()) {
                table.add(name, "after " + after, "", "-", "-");
            }
        }
        return table.toString();
    }
}
