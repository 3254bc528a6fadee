package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registered pipelines: which there are, what they were, and which version holds. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = {
            "Registered pipelines and their versions.",
            "A version is written as its digest, or as the start of it: six digits at least."
        })
final class PipelineCommand {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
    private static final String NAME = "NAMESPACE/NAME";

    /** Short, and yet no two versions are likely to share it. */
    private static final int DIGITS = "sha256:".length() + 12;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Registers a manifest as the current version of its pipeline.")
    int register(
            @Mixin DataOption data,
            @Parameters(paramLabel = "FILE", description = "A manifest, YAML or JSON.") Path file,
            @Option(
                            names = "--sign",
                            paramLabel = "KEYFILE",
                            description = "Signs it with this key: runs by the pipeline's name are signed, too.")
                    Path key)
            throws IOException, InterruptedException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException("there is no readable file " + file + ": a manifest is one YAML or JSON file");
        }
        var client = data.client();
        var text = Files.readString(file);
        var metadata = client.post("/validate", Map.of("Content-Type", "text/plain"), text)
                .at("/manifest/metadata");
        var pipeline = metadata.path("namespace").asText() + "/"
                + metadata.path("name").asText();
        var headers = key == null
                ? Map.<String, String>of()
                : Map.of(
                        ManifestSigner.HEADER,
                        ManifestSigner.sign(client, file, key).signature());
        return told(pipeline, client.put(path(pipeline), "text/plain", headers, text));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists pipelines, all that are visible to whoever asks.",
            footer = {
                "",
                "Examples:",
                "  ./barecount pipeline list",
                "  ./barecount pipeline list macro-data lambda --namespace finance"
            })
    int list(
            @Mixin DataOption data,
            @Parameters(
                            paramLabel = "WORD",
                            arity = "0..*",
                            description = "Each has to be found in its name, owner, runner or boundary.")
                    String[] words,
            @Option(names = "--namespace", paramLabel = "NAME", description = "Of this namespace.") String namespace,
            @Option(names = "--deprecated", description = "Only those that are not to be used any more.")
                    boolean deprecated,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var asked = new LinkedHashMap<String, String>();
        asked.put("limit", "500");
        if (words != null) {
            asked.put("q", String.join(" ", words));
        }
        if (namespace != null) {
            asked.put("namespace", namespace);
        }
        if (deprecated) {
            asked.put("deprecated", "true");
        }
        var found = all(data.client(), "/pipelines", asked, "pipelines");
        if (json) {
            System.out.println(found.toPrettyString());
            return 0;
        }
        var table = new Table("PIPELINE", "VERSION", "SINCE", "OWNER", "RUNNER", "BOUNDARY", "");
        for (var each : found) {
            table.add(
                    each.path("namespace").asText() + "/" + each.path("name").asText(),
                    shortened(each.path("version")),
                    each.path("registeredAt").asText(),
                    each.path("owner").asText(),
                    each.path("runner").asText(),
                    each.path("boundary").asText(),
                    each.hasNonNull("deprecation") ? "deprecated" : "");
        }
        System.out.print(table);
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Shows a pipeline: its version, what was decided of it, and its manifest.")
    int show(
            @Mixin DataOption data,
            @Parameters(paramLabel = NAME, description = "A registered pipeline.") String pipeline,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var client = data.client();
        var shown = client.get(path(pipeline));
        if (json) {
            System.out.println(shown.toPrettyString());
            return 0;
        }
        System.out.println(pipeline + " " + shown.path("version").asText() + ", current since "
                + shown.path("registeredAt").asText() + ", "
                + shown.path("versions").size() + " versions");
        System.out.print(deprecation(shown.path("deprecation")));
        var changes = client.get(path(pipeline) + "/changes?limit=10").path("changes");
        if (!changes.isEmpty()) {
            var table = new Table("", "CHANGE", "VERSION", "BY", "AT", "WHY");
            for (var change : changes) {
                table.add(
                        change.path("revision").asText(),
                        change.path("kind").asText(),
                        shortened(change.path("version")),
                        change.path("by").asText(),
                        change.path("at").asText(),
                        change.path("reason").asText());
            }
            System.out.print("\n" + table);
        }
        System.out.println("\n" + shown.path("manifest").toPrettyString());
        return 0;
    }

    @Command(mixinStandardHelpOptions = true, description = "Lists the versions of a pipeline, the newest first.")
    int versions(
            @Mixin DataOption data,
            @Parameters(paramLabel = NAME, description = "A registered pipeline.") String pipeline,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var found = all(data.client(), path(pipeline) + "/versions", Map.of("limit", "500"), "versions");
        if (json) {
            System.out.println(found.toPrettyString());
            return 0;
        }
        var table = new Table("VERSION", "REGISTERED", "");
        for (var version : found) {
            table.add(
                    version.path("version").asText(),
                    version.path("registeredAt").asText(),
                    version.path("current").asBoolean() ? "current" : "");
        }
        System.out.print(table);
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Lists what differs between two versions of a pipeline, part by part, once defaults are filled in.",
                "Exit code 1 if anything does."
            })
    int diff(
            @Mixin DataOption data,
            @Parameters(paramLabel = NAME, description = "A registered pipeline.") String pipeline,
            @Parameters(paramLabel = "FROM", description = "A version.") String from,
            @Parameters(paramLabel = "TO", arity = "0..1", description = "A version (default: the current one).")
                    String to,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var asked = new LinkedHashMap<String, String>();
        asked.put("from", from);
        if (to != null) {
            asked.put("to", to);
        }
        var difference = data.client().get(path(pipeline) + "/diff" + query(asked));
        var changes = difference.path("changes");
        if (json) {
            System.out.println(difference.toPrettyString());
        } else if (changes.isEmpty()) {
            System.out.println("the same");
        } else {
            System.out.print(byPart(changes));
        }
        return changes.isEmpty() ? 0 : 1;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Makes an older version of a pipeline the current one: submissions by its name, its webhooks and its schedule follow.",
                "Runs that were accepted before go on as they were accepted."
            },
            footer = {
                "",
                "Example:",
                "  ./barecount pipeline rollback finance/gdp 3f9a02b1c4de --reason 'the new one times out'"
            })
    int rollback(
            @Mixin DataOption data,
            @Parameters(paramLabel = NAME, description = "A registered pipeline.") String pipeline,
            @Parameters(paramLabel = "VERSION", description = "One that was registered before.") String version,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why; it is recorded.")
                    String reason,
            @Option(names = "--from", paramLabel = "VERSION", description = "Only if this one is current still.")
                    String from)
            throws IOException, InterruptedException {
        var body = reason(reason).put("version", version);
        if (from != null) {
            body.put("from", from);
        }
        return told(pipeline, data.client().post(path(pipeline) + "/rollback", JSON, body.toString()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Says that a pipeline is not to be used any more. Submissions by its name are warned, and refused once the time has come.",
                "Said again, the later one holds; --undo takes it back."
            },
            footer = {
                "",
                "Examples:",
                "  ./barecount pipeline deprecate finance/gdp --reason 'gdp-2 reads the new feed' --successor gdp-2 --refuse-from 90d",
                "  ./barecount pipeline deprecate finance/gdp --undo --reason 'gdp-2 is not ready'"
            })
    int deprecate(
            @Mixin DataOption data,
            @Parameters(paramLabel = NAME, description = "A registered pipeline.") String pipeline,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why; it is recorded.")
                    String reason,
            @Option(
                            names = "--successor",
                            paramLabel = "NAME",
                            description = "A pipeline of the same namespace to be used instead.")
                    String successor,
            @Option(
                            names = "--refuse-from",
                            paramLabel = "TIME",
                            description =
                                    "From when it is refused: now, 90d, 2026-12-31 or a time in UTC (default: never).")
                    String refuseFrom,
            @Option(names = "--undo", description = "It may be used as before.") boolean undo)
            throws IOException, InterruptedException {
        var body = reason(reason);
        if (undo) {
            return told(pipeline, data.client().post(path(pipeline) + "/reinstate", JSON, body.toString()));
        }
        if (successor != null) {
            body.put("successor", successor);
        }
        if (refuseFrom != null) {
            body.put("refusedFrom", time(refuseFrom, Instant.now()).toString());
        }
        return told(pipeline, data.client().post(path(pipeline) + "/deprecate", JSON, body.toString()));
    }

    private static int told(String pipeline, JsonNode after) {
        System.out.println(pipeline + " is " + after.path("version").asText() + ", revision "
                + after.path("revision").asText());
        System.out.print(deprecation(after.path("deprecation")));
        return 0;
    }

    private static String deprecation(JsonNode deprecation) {
        return deprecation.isObject()
                ? "deprecated by " + deprecation.path("by").asText()
                        + (deprecation.hasNonNull("refusedFrom")
                                ? ", refused from "
                                        + deprecation.path("refusedFrom").asText()
                                : "")
                        + ": " + deprecation.path("reason").asText()
                        + (deprecation.hasNonNull("successor")
                                ? "; use " + deprecation.path("successor").asText()
                                : "")
                        + "\n"
                : "";
    }

    private static String byPart(JsonNode changes) {
        var parts = StreamSupport.stream(changes.spliterator(), false)
                .collect(Collectors.groupingBy(
                        change -> change.path("part").asText(), LinkedHashMap::new, Collectors.toList()));
        return parts.entrySet().stream()
                .map(part -> part.getKey() + "\n"
                        + DecisionText.changes(Json.mapper().valueToTree(part.getValue())))
                .collect(Collectors.joining());
    }

    /** All pages of a list. */
    private static JsonNode all(Client client, String path, Map<String, String> asked, String field)
            throws IOException, InterruptedException {
        var found = Json.mapper().createArrayNode();
        var query = new LinkedHashMap<>(asked);
        while (true) {
            var page = client.get(path + query(query));
            page.path(field).forEach(found::add);
            if (!page.hasNonNull("next")) {
                return found;
            }
            query.put("cursor", page.path("next").asText());
        }
    }

    private static String query(Map<String, String> asked) {
        return asked.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }

    private static String path(String pipeline) throws IOException {
        if (!pipeline.matches("[a-z0-9-]+/[a-z0-9-]+")) {
            throw new IOException("'" + pipeline + "' is no pipeline, which is named such as finance/gdp");
        }
        return "/pipelines/" + pipeline;
    }

    private static ObjectNode reason(String reason) {
        return Json.mapper().createObjectNode().put("reason", reason);
    }

    static Instant time(String text, Instant now) throws IOException {
        try {
            if (text.equals("now")) {
                return now;
            }
            if (text.matches("[0-9]{1,5}d")) {
                return now.plus(Duration.ofDays(Integer.parseInt(text.substring(0, text.length() - 1))));
            }
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new IOException(
                    "'" + text + "' is no time, which is written now, 90d, 2026-12-31 or 2026-12-31T00:00:00Z");
        }
    }

    private static String shortened(JsonNode version) {
        var text = version.asText();
        return text.length() > DIGITS ? text.substring("sha256:".length(), DIGITS) : text;
    }
}
