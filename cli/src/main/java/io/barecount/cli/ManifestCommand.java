package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Change;
import io.barecount.contracts.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be asked about a manifest without running it: one command for each word. Nothing is stored. */
abstract class ManifestCommand implements Callable<Integer> {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
    private static final String FILE = "A manifest, YAML or JSON.";

    @Mixin
    DataOption data;

    @Option(names = "--json", description = "One JSON document.")
    boolean json;

    @Command(
            name = "validate",
            mixinStandardHelpOptions = true,
            description = "Says whether a manifest is valid, or all that is wrong with it; exit code 1 if anything is.")
    static final class Validate extends ManifestCommand {
        @Parameters(paramLabel = "FILE", description = FILE)
        private Path file;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var answer = ask("/validate", file);
            System.out.println(
                    json
                            ? answer.toPrettyString()
                            : "valid, version " + answer.path("version").asText());
            return 0;
        }
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = "Lists every value of a manifest once defaults are filled in, and where it comes from.")
    static final class Explain extends ManifestCommand {
        @Parameters(paramLabel = "FILE", description = FILE)
        private Path file;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var answer = ask("/explain", file);
            if (json) {
                System.out.println(answer.toPrettyString());
                return 0;
            }
            var table = new Table("FIELD", "VALUE", "FROM");
            for (var field : answer.path("fields")) {
                var isWritten = field.path("from").asText().equals("written");
                table.add(
                        field.path("path").asText(),
                        DecisionText.value(field.path("value")),
                        isWritten ? "line " + field.path("line").asText() : "default");
            }
            System.out.print(table);
            return 0;
        }
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = {
                "Lists what differs between two manifests, once defaults are filled in; exit code 1 if anything does.",
                "Each is a file, or a registered pipeline: NAMESPACE/NAME, or NAMESPACE/NAME@VERSION."
            })
    static final class Diff extends ManifestCommand {
        @Parameters(index = "0", paramLabel = "BEFORE", description = "A file or a pipeline.")
        private String before;

        @Parameters(index = "1", paramLabel = "AFTER", description = "A file or a pipeline.")
        private String after;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var changes = Change.between(manifest(before), manifest(after));
            if (json) {
                System.out.println(Json.tree(changes).toPrettyString());
            } else if (changes.isEmpty()) {
                System.out.println("the same");
            } else {
                System.out.print(DecisionText.changes(Json.tree(changes)));
            }
            return changes.isEmpty() ? 0 : 1;
        }

        private Manifest manifest(String what) throws IOException, InterruptedException {
            var file = Path.of(what);
            if (Files.isRegularFile(file)) {
                return Json.fromTree(ask("/validate", file).path("manifest"), Manifest.class);
            }
            if (!what.matches("[^/@]+/[^/@]+(@[^/@]+)?")) {
                throw new IOException(
                        what + " is neither a file nor a pipeline, such as retail/orders or retail/orders@sha256:...");
            }
            var parts = what.split("@", 2);
            var answer =
                    data.client().get("/pipelines/" + parts[0] + (parts.length > 1 ? "/versions/" + parts[1] : ""));
            return Json.fromTree(parts.length > 1 ? answer : answer.path("manifest"), Manifest.class);
        }
    }

    @Command(
            name = "sign",
            mixinStandardHelpOptions = true,
            description = {
                "Signs a manifest, and prints the signature as the header Manifest-Signature takes it.",
                "What is signed is the manifest with its defaults filled in, as explain lists it."
            })
    static final class Sign extends ManifestCommand {
        @Parameters(paramLabel = "FILE", description = FILE)
        private Path file;

        @Option(names = "--key", paramLabel = "KEYFILE", required = true, description = "See ./barecount keys new.")
        private Path key;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var signed = ManifestSigner.sign(data.client(), file, key);
            System.out.println(json ? Json.tree(signed).toPrettyString() : signed.signature());
            return 0;
        }
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = {
                "Tells the decision that governance would make on a manifest now, with its reasons, cost and the change that would pass.",
                "Exit code 0 if it would be permitted, 1 if denied, 3 if people would have to approve it."
            })
    static final class Check extends ManifestCommand {
        @Parameters(paramLabel = "FILE", description = FILE)
        private Path file;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var manifest = ask("/validate", file).path("manifest");
            var decision = data.client().post("/check", JSON, manifest.toString());
            System.out.print(json ? decision.toPrettyString() + "\n" : DecisionText.of(decision));
            return DecisionText.exitCode(decision);
        }
    }

    JsonNode ask(String path, Path file) throws IOException, InterruptedException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException("there is no readable file " + file + ": a manifest is one YAML or JSON file");
        }
        return data.client().post(path, Map.of("Content-Type", "text/plain"), Files.readString(file));
    }
}
