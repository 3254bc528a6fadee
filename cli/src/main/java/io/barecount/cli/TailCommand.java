package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.cli.access.Access;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows the console's {@code /topics/tail}. What was printed and where reading would go on are one step: a cursor skips and repeats nothing. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = "Shows the records of topics, and follows them.",
        footer = {
            "",
            "At its end, and when it is interrupted, the command tells the cursor to go on from.",
            "",
            "Examples:",
            "  ./barecount tail --follow                      what comes, on all topics",
            "  ./barecount tail runs --type failed --since PT1H",
            "  ./barecount tail decisions --denied --output json",
            "  ./barecount tail --run RUN --since beginning",
            "  ./barecount tail --follow --cursor \"$CURSOR\"   from where an earlier one was",
        })
final class TailCommand implements Callable<Integer> {
    private static final String PREFIX = "barecount.";
    private static final Duration AWAY_MAX = Duration.ofSeconds(90);
    private static final int AGAIN_MILLIS = 500;
    private static final int VALUE_CHARACTERS_MAX = 160;

    enum Output {
        TABLE,
        JSON
    }

    /** Where to begin: one of these. */
    static final class From {
        @Option(names = "--last", paramLabel = "N", description = "The latest N that fit, up to 1000 (default: 20).")
        private Integer last;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description =
                        "From a time such as 2026-01-31T12:00:00Z, from so long ago, such as PT15M, or beginning.")
        private String since;

        @Option(names = "--from-offset", paramLabel = "N", description = "From this offset of each partition.")
        private Long offset;

        @Option(names = "--cursor", paramLabel = "CURSOR", description = "From where an earlier tail was.")
        private String cursor;

        private String asked() {
            if (cursor != null) {
                return "cursor:" + cursor;
            }
            if (offset != null) {
                return "offset:" + offset;
            }
            return since != null ? since : "last:" + (last == null ? 20 : last);
        }
    }

    @Mixin
    private DataOption data;

    @Parameters(
            paramLabel = "TOPIC",
            arity = "0..*",
            description = "Such as runs or barecount.runs.dlq; all without any.")
    private List<String> topics = List.of();

    @ArgGroup
    private From from = new From();

    @Option(names = "--run", paramLabel = "RUN", description = "Only of this run.")
    private RunId run;

    @Option(names = "--pipeline", paramLabel = "NAME", description = "Only of this pipeline's runs.")
    private String pipeline;

    @Option(names = "--namespace", paramLabel = "NAME", description = "Only of this namespace.")
    private String namespace;

    @Option(names = "--type", paramLabel = "PART", description = "Only events whose type has this in it.")
    private String type;

    @Option(names = "--text", paramLabel = "TEXT", description = "Only records that have this text anywhere.")
    private String text;

    @Option(names = "--denied", description = "Only refusals, by governance or at intake.")
    private boolean denied;

    @Option(
            names = {"-f", "--follow"},
            description = "Wait for what comes.")
    private boolean follow;

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "json: one document a line, with headers (default: ${DEFAULT-VALUE}).")
    private Output output;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final PrintStream out =
            new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
    private final TailCursor cursor = new TailCursor();
    private URI base;
    private boolean titled;
    private long heardAt;

    /** Guarded by this: once true, nothing is printed any more, so that the cursor that was told stays true. */
    private boolean over;

    @Override
    public Integer call() throws IOException, InterruptedException {
        base = URI.create(data.requireRunning().frontDoor());
        Runtime.getRuntime().addShutdownHook(new Thread(this::tellCursor, "tell the cursor"));
        heardAt = System.nanoTime();
        while (true) {
            try {
                if (read()) {
                    return 0;
                }
            } catch (Client.Refused e) {
                if (e.status() != 503 || isAwayForLong()) {
                    throw e;
                }
            } catch (IOException e) {
                if (isAwayForLong()) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
    }

    private HttpRequest.Builder request() throws IOException {
        var request = HttpRequest.newBuilder(base.resolve("/topics/tail?" + parameters()));
        Access.own(data.directory()).ifPresent(token -> request.header("Authorization", "Bearer " + token));
        return request;
    }

    private boolean isAwayForLong() {
        return System.nanoTime() - heardAt > AWAY_MAX.toNanos();
    }

    /** @return whether all has been read that was asked for; false if the stream broke off */
    private boolean read() throws IOException, InterruptedException {
        var answer = http.send(request().build(), HttpResponse.BodyHandlers.ofLines());
        try (var lines = answer.body()) {
            if (answer.statusCode() != 200) {
                var problem = String.join("\n", lines.toList());
                throw new Client.Refused(
                        answer.statusCode(),
                        problem.startsWith("{") ? Json.read(problem, JsonNode.class) : Json.tree(problem));
            }
            var event = "";
            String id = null;
            for (var each = lines.iterator(); each.hasNext(); ) {
                var line = each.next();
                if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    heardAt = System.nanoTime();
                    print(event, id, line.substring(6));
                    id = null;
                    if (event.equals("end")) {
                        return true;
                    }
                }
            }
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        return false;
    }

    private String parameters() {
        var parameters = new ArrayList<String>();
        topics.forEach(topic -> add(parameters, "topic", topic.startsWith(PREFIX) ? topic : PREFIX + topic));
        add(parameters, "from", cursor.isKnown() ? "cursor:" + cursor : from.asked());
        add(parameters, "run", run);
        add(parameters, "pipeline", pipeline);
        add(parameters, "namespace", namespace);
        add(parameters, "type", type);
        add(parameters, "text", text);
        add(parameters, "denied", denied ? "true" : null);
        add(parameters, "follow", follow);
        return String.join("&", parameters);
    }

    private static void add(List<String> parameters, String name, Object value) {
        if (value != null) {
            parameters.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
        }
    }

    private void print(String event, String id, String json) throws IOException, InterruptedException {
        if (event.equals("trouble")) {
            System.err.println("barecount: "
                    + Json.read(json, JsonNode.class).path("detail").asText() + " Trying again.");
        }
        if (event.equals("records")) {
            for (var record : Json.read(json, JsonNode.class).path("records")) {
                var line = output == Output.JSON ? Json.text(document(whole(record))) : row(record);
                synchronized (this) {
                    if (over) {
                        return;
                    }
                    title();
                    out.println(line);
                    cursor.passed(record);
                }
            }
        }
        synchronized (this) {
            out.flush();
            if (id != null && !over) {
                cursor.reached(id);
            }
        }
    }

    private void title() {
        if (!titled && output == Output.TABLE) {
            out.println(columns("TIME", "TOPIC", "TYPE", "RUN OR KEY", "PLACE", "VALUE"));
        }
        titled = true;
    }

    private static String row(JsonNode record) {
        var type = record.path("headers").path("ce_type").asText("-");
        var value = record.path("value").asText(record.path("base64").asText(""));
        return columns(
                record.path("at").asText(),
                record.path("topic").asText().replaceFirst("^barecount\\.", ""),
                type.substring(type.lastIndexOf('.') + 1),
                record.path("run").asText(record.path("key").asText("-")),
                record.path("partition").asText() + "@" + record.path("offset").asText(),
                (value.length() > VALUE_CHARACTERS_MAX ? value.substring(0, VALUE_CHARACTERS_MAX) + "…" : value)
                        .replaceAll("\\s+", " "));
    }

    private static String columns(Object... cells) {
        return "%-24s  %-15s  %-10s  %-36s  %9s  %s".formatted(cells);
    }

    /** The stream has the beginning of a long value only. */
    private JsonNode whole(JsonNode record) throws IOException, InterruptedException {
        if (!record.path("cut").asBoolean()) {
            return record;
        }
        return new Client(base.toString(), data.directory())
                .get("/topics/" + record.path("topic").asText() + "/"
                        + record.path("partition").asText() + "/"
                        + record.path("offset").asText());
    }

    /** The value as JSON where it is. */
    private static ObjectNode document(JsonNode record) {
        ObjectNode document = record.deepCopy();
        document.remove(List.of("cut", "bytes", "value"));
        if (record.hasNonNull("value")) {
            var value = record.path("value").asText();
            try {
                document.set("data", Json.read(value, JsonNode.class));
            } catch (IllegalArgumentException notJson) {
                document.put("data", value);
            }
        }
        return document;
    }

    private synchronized void tellCursor() {
        over = true;
        out.flush();
        if (cursor.isKnown()) {
            System.err.println("cursor: " + cursor);
        }
    }
}
