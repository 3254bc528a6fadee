package io.barecount.cli;

import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "filter",
        mixinStandardHelpOptions = true,
        description = {
            "Tries a trigger's filter on an event: a condition in CEL over body, headers and key. Nothing is stored.",
            "Exit code 0 if the event passes, 1 if it does not.",
            "Example: barecount filter \"body.lines.exists(line, line.quantity > 20)\" examples/payloads/order.json"
        })
final class FilterCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Parameters(index = "0", paramLabel = "FILTER", description = "The condition.")
    private String filter;

    @Parameters(index = "1", paramLabel = "FILE", description = "The event's body.")
    private Path body;

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "A header of the event; may be repeated.")
    private Map<String, String> headers = Map.of();

    @Option(names = "--key", defaultValue = "", description = "The key of a Kafka record.")
    private String key;

    private record Trial(String filter, String body, Map<String, String> headers, String key) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isReadable(body) || Files.isDirectory(body)) {
            throw new IOException("there is no readable file " + body + ": it holds the body of one event");
        }
        var trial = Json.text(new Trial(filter, Files.readString(body), headers, key));
        var outcome = data.client().post("/filters/try", Map.of("Content-Type", "application/json"), trial);
        if (outcome.path("passes").asBoolean()) {
            System.out.println("passes");
            return 0;
        }
        var reason = outcome.path("reason").asText("");
        System.out.println("does not pass" + (reason.isEmpty() || reason.equals("null") ? "" : ": " + reason));
        return 1;
    }
}
