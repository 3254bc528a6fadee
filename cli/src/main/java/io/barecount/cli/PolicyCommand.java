package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What rules decide, and what others would. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = {
            "What decides over runs: policies, boundaries, prices and budgets, and what others of them would decide.",
            "A directory has them in policies/, boundaries/, prices/ and budgets/, one YAML document a file."
        })
final class PolicyCommand {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
    private static final List<String> KINDS = List.of("policies", "boundaries", "prices", "budgets");
    private static final int BAR_WIDTH = 30;
    private static final int LISTED_MAX = 20;

    /** Short, and yet no two versions are likely to share it. */
    private static final int DIGITS = "sha256:".length() + 12;

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Checks a directory as the platform would before it is proposed, and changes nothing.",
                "Exit code 1 if it can't decide, with every fault, its file and its reason."
            })
    int check(
            @Mixin DataOption data,
            @Parameters(paramLabel = "DIR", description = "With policies, boundaries, prices and budgets.")
                    Path directory)
            throws IOException, InterruptedException {
        var checked =
                data.client().post("/policies/check", JSON, body(directory).toString());
        System.out.println(short12(checked.path("version")) + " can decide: "
                + checked.path("rules").asInt() + " rules, "
                + checked.at("/parts/boundaries").size() + " boundaries, "
                + checked.at("/parts/budgets").size() + " budgets"
                + (checked.path("live").asBoolean() ? "; it is what decides now" : ""));
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Tries the cases beside the rules of a directory, and all that check does, without a platform.",
                "Exit code 1 if anything is wrong, each with its file and line."
            })
    int test(
            @Parameters(paramLabel = "DIR", description = "With policies, boundaries, prices and budgets.")
                    Path directory)
            throws IOException, InterruptedException {
        var service = Home.directory().resolve("policy-service/target/quarkus-app");
        var classes = Stream.of("app", "lib/main", "lib/boot")
                .map(part -> service.resolve(part) + "/*")
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        // quiet where protobuf's ways are warned of
                        Runtime.version().feature() < 23
                                ? "-Dnothing-to-quieten"
                                : "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classes,
                        "io.barecount.policy.DocumentsCheck",
                        directory.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Tells what other rules would have made of the decisions that are kept, with the boundaries and prices as they stood.",
                "Exit code 1 if any would have come out otherwise."
            },
            footer = {
                "",
                "Examples:",
                "  ./barecount policy replay my-governance --since 30d",
                "  ./barecount policy replay my-governance --namespace finance --json",
            })
    int replay(
            @Mixin DataOption data,
            @Parameters(paramLabel = "DIR|VERSION", description = "A directory, or the digest of a stored version.")
                    String candidate,
            @Option(
                            names = "--since",
                            paramLabel = "TIME",
                            description = "Decisions of so long, such as 30d or PT6H (default: all).")
                    String since,
            @Option(names = "--namespace", paramLabel = "NAME", description = "Of this namespace.") String namespace,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var asked = named(candidate);
        if (since != null) {
            asked.put("since", since);
        }
        if (namespace != null) {
            asked.put("namespace", namespace);
        }
        var last = new JsonNode[1];
        var showing = !json && Ansi.AUTO.enabled();
        data.client().stream("/policies/replays", asked.toString(), line -> {
            last[0] = line;
            if (showing && line.has("progress")) {
                show(line.path("progress"));
            }
        });
        if (showing) {
            System.err.print("\r\033[K");
        }
        if (last[0] == null || !last[0].has("report")) {
            throw new IOException(
                    last[0] != null && last[0].has("problem")
                            ? last[0].at("/problem/title").asText() + ": "
                                    + last[0].at("/problem/detail").asText()
                            : "the replay ended before it had a result: ask again");
        }
        var report = last[0].path("report");
        System.out.print(json ? report.toPrettyString() + "\n" : text(report));
        return report.path("moves").isEmpty() ? 0 : 1;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Stores a directory as a version, once it has passed every check. It decides nothing until it is promoted.",
                "Prints the version's digest; twelve digits of it are enough to name it."
            })
    int propose(
            @Mixin DataOption data,
            @Parameters(paramLabel = "DIR", description = "With policies, boundaries, prices and budgets.")
                    Path directory,
            @Option(names = "--reason", required = true, description = "Kept in the ledger.") String reason)
            throws IOException, InterruptedException {
        var body = body(directory).put("reason", reason);
        var stored = data.client().post("/policies/versions", JSON, body.toString());
        System.out.println(stored.path("version").asText());
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Has a version judge each decision beside the live one, without any say in it; without a version, tells what came of it.",
                "Exit code 1 if it would have decided otherwise."
            })
    int shadow(
            @Mixin DataOption data,
            @Parameters(paramLabel = "VERSION", arity = "0..1", description = "Which to try from now on.")
                    String version,
            @Option(names = "--end", description = "Tries it no longer.") boolean end,
            @Option(names = "--reason", description = "Kept in the ledger; needed to begin or to end.") String reason,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var client = data.client();
        if (version != null || end) {
            var path = end ? "/policies/shadow/end" : "/policies/versions/" + version + "/shadow";
            client.post(path, JSON, reason(reason));
            System.out.println(end ? "no version is in shadow" : version + " is in shadow from now on");
            return 0;
        }
        var shadow = client.get("/policies/shadow");
        if (json) {
            System.out.println(shadow.toPrettyString());
        } else if (!shadow.has("version")) {
            System.out.println(
                    "No version is in shadow: ./barecount policy shadow VERSION --reason TEXT puts one there.");
        } else {
            System.out.println(short12(shadow.path("version")) + " in shadow since "
                    + shadow.path("since").asText());
            System.out.print(text(shadow.path("report")));
        }
        return shadow.at("/report/moves").isEmpty() ? 0 : 1;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Has a version decide from now on, in all instances, without a restart. It is checked again before.",
                "Whoever proposed it can't, where people have tokens."
            })
    int promote(
            @Mixin DataOption data,
            @Parameters(paramLabel = "VERSION", description = "Its digest, or twelve digits of it.") String version,
            @Option(names = "--reason", required = true, description = "Kept in the ledger.") String reason)
            throws IOException, InterruptedException {
        var promoted = data.client().post("/policies/versions/" + version + "/promote", JSON, reason(reason));
        System.out.println(promoted.path("version").asText() + " decides since "
                + promoted.at("/promoted/at").asText());
        if (promoted.path("proposedBy")
                .asText()
                .equals(promoted.at("/promoted/by").asText())) {
            System.out.println("One person proposed and promoted it: nobody has to say who they are here.");
        }
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists all versions, the latest first, and says which one decides.")
    int list(@Mixin DataOption data, @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var versions = data.client().get("/policies/versions");
        if (json) {
            System.out.println(versions.toPrettyString());
            return 0;
        }
        var table = new Table("VERSION", "", "PROPOSED", "BY", "REASON");
        for (var version : versions) {
            table.add(
                    short12(version.path("version")),
                    version.path("live").asBoolean()
                            ? "live since " + version.at("/promoted/at").asText() + " by "
                                    + version.at("/promoted/by").asText()
                            : version.path("shadow").asBoolean() ? "in shadow" : "",
                    version.path("proposedAt").asText(),
                    version.path("proposedBy").asText(),
                    version.path("reason").asText());
        }
        System.out.print(table);
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Tells what has gathered: open exemptions by age, rules of what decides now that never fired, and permits that hang on",
                "one exemption alone."
            })
    int debt(
            @Mixin DataOption data,
            @Option(
                            names = "--since",
                            paramLabel = "TIME",
                            defaultValue = "30d",
                            description = "Permits of so long (default: ${DEFAULT-VALUE}).")
                    String since,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var debt = data.client().get("/policies/debt?since=" + since);
        System.out.print(json ? debt.toPrettyString() + "\n" : debtText(debt));
        return 0;
    }

    private static String debtText(JsonNode debt) {
        var exemptions = new Table("EXEMPTION", "DAYS", "EARLIER", "RULE", "FOR", "OWNER", "UNTIL", "RUNS", "");
        debt.path("exemptions").forEach(aged -> {
            var exemption = aged.at("/exemption/exemption");
            exemptions.add(
                    exemption.path("id").asText(),
                    aged.path("days").asText(),
                    aged.path("earlier").asText(),
                    exemption.path("rule").asText(),
                    ExemptionCommand.scope(exemption),
                    exemption.path("owner").asText(),
                    exemption.path("until").asText(),
                    aged.at("/exemption/uses/runs").asText(),
                    aged.hasNonNull("idle")
                            ? "idle: " + aged.path("idle").asText()
                            : aged.at("/exemption/standing").asText());
        });
        var rules = new Table("RULE", "POLICY SET", "LEVEL", "OWNER", "COUNTED SINCE");
        debt.path("neverFired")
                .forEach(rule -> rules.add(
                        rule.path("rule").asText(),
                        rule.path("policySet").asText(),
                        rule.path("level").asText(),
                        rule.path("owner").asText(),
                        rule.path("since").asText()));
        var hanging = new Table("EXEMPTION", "RULE", "OWNER", "PERMITS", "GOING ON", "LAST");
        debt.path("hanging")
                .forEach(one -> hanging.add(
                        one.path("exemption").asText(),
                        one.path("rule").asText(),
                        one.path("owner").asText(),
                        one.path("permits").asText(),
                        one.path("goingOn").asText(),
                        one.path("last").asText()));
        return "Open exemptions: " + listed(debt.path("exemptions"), exemptions)
                + "Rules that never fired: " + listed(debt.path("neverFired"), rules)
                + "Permits since " + debt.path("since").asText() + " on one exemption alone: "
                + listed(debt.path("hanging"), hanging)
                + (debt.path("more").asBoolean() ? "There are more of them.\n" : "");
    }

    private static String listed(JsonNode rows, Table table) {
        return rows.isEmpty() ? "none\n" : rows.size() + "\n" + table + "\n";
    }

    private static String reason(String reason) throws IOException {
        if (reason == null) {
            throw new IOException("--reason says why: it is kept in the ledger");
        }
        return Json.text(Map.of("reason", reason));
    }

    private static void show(JsonNode progress) {
        var done = progress.path("decisions").asLong();
        var of = Math.max(progress.path("of").asLong(), 1);
        var filled = (int) (BAR_WIDTH * done / of);
        System.err.printf(
                "\r\033[K%s%s %,d of %,d decisions",
                "━".repeat(filled),
                "─".repeat(BAR_WIDTH - filled),
                done,
                progress.path("of").asLong());
        System.err.flush();
    }

    private static String text(JsonNode report) {
        var text = new StringBuilder();
        text.append(String.format(
                "%,d decisions, by the rules of %s: %,d come out the same%n",
                report.path("decisions").asLong(),
                short12(report.path("policySet")),
                report.path("same").asLong()));
        for (var gap : report.path("unknown")) {
            text.append(String.format(
                    "%,d can't be made again: %s%n",
                    gap.path("decisions").asLong(), gap.path("why").asText()));
        }
        if (report.path("moves").isEmpty()) {
            return text.toString();
        }
        var moves = new Table("WAS", "WOULD BE", "DECISIONS", "ESTIMATED");
        report.path("moves")
                .forEach(move -> moves.add(
                        move.path("was").asText(),
                        move.path("was").equals(move.path("would"))
                                ? "the same, by other rules"
                                : move.path("would").asText(),
                        move.path("decisions").asText(),
                        money(move.path("likely"))));
        text.append('\n').append(moves);
        var rules = new Table("RULE", "SPEAKS ANEW", "FALLS SILENT", "ESTIMATED");
        report.path("rules")
                .forEach(rule -> rules.add(
                        rule.path("rule").asText(),
                        rule.path("speaks").asText(),
                        rule.path("silent").asText(),
                        money(rule.path("likely"))));
        text.append('\n').append(rules);
        if (!report.path("people").isEmpty()) {
            var people = new Table("PIPELINE", "SUBMITTER", "DENIED", "HELD", "ALLOWED", "ESTIMATED");
            first(report.path("people"))
                    .forEach(of -> people.add(
                            of.path("namespace").asText() + "/"
                                    + of.path("pipeline").asText(),
                            of.path("submitter").asText("-"),
                            of.path("denied").asText(),
                            of.path("held").asText(),
                            of.path("allowed").asText(),
                            money(of.path("likely"))));
            text.append('\n').append(people).append(rest(report.path("people").size(), false));
        }
        var differences = new Table("RUN", "DECIDED", "PIPELINE", "WAS", "WOULD BE", "RULES");
        first(report.path("differences"))
                .forEach(one -> differences.add(
                        one.path("run").asText(),
                        one.path("at").asText(),
                        one.path("namespace").asText() + "/"
                                + one.path("pipeline").asText(),
                        one.path("was").asText(),
                        one.path("would").asText(),
                        rules(one)));
        return text.append('\n')
                .append(differences)
                .append(rest(
                        report.path("differences").size(), report.path("more").asBoolean()))
                .toString();
    }

    /** Those that speak, and with a minus those that fall silent. */
    private static String rules(JsonNode difference) {
        var all = StreamSupport.stream(difference.path("speak").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toList());
        difference.path("silent").forEach(rule -> all.add("-" + rule.asText()));
        return String.join(" ", all);
    }

    private static List<JsonNode> first(JsonNode all) {
        return StreamSupport.stream(all.spliterator(), false).limit(LISTED_MAX).toList();
    }

    private static String rest(int size, boolean more) {
        return size <= LISTED_MAX && !more
                ? ""
                : "and " + (size - LISTED_MAX) + (more ? " or more" : "") + " others: --json lists them\n";
    }

    private static String money(JsonNode amounts) {
        return amounts.isEmpty()
                ? "-"
                : StreamSupport.stream(amounts.spliterator(), false)
                        .map(each -> each.path("amount").asText() + " "
                                + each.path("currency").asText())
                        .collect(Collectors.joining(", "));
    }

    private static String short12(JsonNode digest) {
        var text = digest.asText();
        return text.substring(0, Math.min(DIGITS, text.length()));
    }

    private static ObjectNode named(String candidate) throws IOException {
        return candidate.matches("(sha256:)?[0-9a-f]{6,64}") && !Files.isDirectory(Path.of(candidate))
                ? Json.mapper().createObjectNode().put("version", candidate)
                : body(Path.of(candidate));
    }

    /** All documents of a directory. */
    private static ObjectNode body(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory
                    + ": a candidate is a directory with policies/, boundaries/, prices/ and budgets/");
        }
        var body = Json.mapper().createObjectNode();
        var files = body.putObject("files");
        for (var kind : KINDS) {
            var below = directory.resolve(kind);
            if (Files.isDirectory(below)) {
                try (var entries = Files.list(below)) {
                    for (var file : entries.filter(each -> each.toString().matches(".*[.]ya?ml"))
                            .filter(each -> !each.getFileName().toString().startsWith("."))
                            .sorted()
                            .toList()) {
                        files.put(kind + "/" + file.getFileName(), Files.readString(file));
                    }
                }
            }
        }
        if (files.isEmpty()) {
            throw new IOException(
                    "there is no document in " + directory
                            + ": one YAML file each is wanted in policies/, boundaries/, prices/ and, if there are any, budgets/");
        }
        return body;
    }
}
