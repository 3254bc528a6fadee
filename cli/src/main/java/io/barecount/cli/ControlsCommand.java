package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "controls",
        mixinStandardHelpOptions = true,
        description = "Lists what was set of scopes, by pause, drain, kill and limit.")
final class ControlsCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var controls = data.client().get("/controls").path("controls");
        System.out.print(json ? controls.toPrettyString() + "\n" : table(controls));
        return 0;
    }

    static String table(Iterable<JsonNode> controls) {
        var table = new Table("SCOPE", "MODE", "MOST", "STARTS/S", "WEIGHT", "BY", "SINCE", "REASON");
        for (var control : controls) {
            table.add(
                    control.path("scope").asText(),
                    control.path("mode").asText(),
                    control.path("most").asText("-"),
                    control.path("startsPerSecond").asText("-"),
                    control.path("weight").asText(),
                    control.path("by").asText("-"),
                    control.path("since").asText(),
                    control.path("reason").asText(""));
        }
        return table.toString();
    }
}
