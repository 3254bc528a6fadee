package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.agent.Bundle;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.embedded.platform.AirGappedAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Work for agents that no network reaches goes out and comes back as files. */
@Command(
        name = "airgap",
        mixinStandardHelpOptions = true,
        description = {
            "Work for agents that no network reaches: out as a signed bundle, back as signed results.",
            "Data stays there: only reports and logs come back."
        })
final class AirGapCommand {
    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "On the agent's machine, once: makes its key, and says whose bundles it takes.",
                "Prints the file of the public key, for ./barecount agent register."
            })
    int init(
            @Mixin Agent agent,
            @Option(
                            names = "--gateway-key",
                            required = true,
                            paramLabel = "FILE",
                            description = "PEM of the key that signs bundles: keys/evidence.pub.pem of the platform.")
                    Path gatewayKey)
            throws IOException, InterruptedException {
        return agent.run("init", gatewayKey.toString());
    }

    @Command(mixinStandardHelpOptions = true, description = "Takes what waits for an agent into a signed bundle.")
    int export(
            @Mixin DataOption data,
            @Option(names = "--agent", required = true, description = "Its name.") String agent,
            @Option(
                            names = {"-o", "--output"},
                            required = true,
                            paramLabel = "FILE",
                            description = "The bundle.")
                    Path output,
            @Option(names = "--max", paramLabel = "N", description = "Attempts at most (default: 1000).") Integer max,
            @Option(
                            names = "--valid",
                            paramLabel = "DURATION",
                            description = "How long results are awaited, ISO 8601 (default: P7D).")
                    Duration valid)
            throws IOException, InterruptedException {
        var id = UUID.randomUUID();
        var request = new LinkedHashMap<String, Object>();
        if (max != null) {
            request.put("max", max);
        }
        if (valid != null) {
            request.put("valid", valid.toString());
        }
        var answer = data.client().put("/agents/" + agent + "/bundles/" + id, "application/json", Json.text(request));
        var envelope = Json.fromTree(answer, Envelope.class);
        var bundle = envelope.peek(Bundle.class);
        if (bundle.items().isEmpty()) {
            System.err.println("nothing waits for agent " + agent);
            return 1;
        }
        write(output, envelope, bundle, data.directory().storage());
        bundle.items().forEach(item -> System.out.println(item.offer().attempt()));
        System.err.println(output + ": " + bundle.items().size() + " attempts, awaited until " + bundle.until());
        return 0;
    }

    /** Workloads travel along, where they are at hand; each is checked against its permitted digest where it arrives. */
    private static void write(Path file, Envelope envelope, Bundle bundle, Path storage) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "bundle.json", Json.bytes(envelope));
            var brought = new HashSet<Digest>();
            for (var item : bundle.items()) {
                var artifact = item.offer().spec().manifest().spec().workload().artifact();
                if (artifact == null) {
                    continue;
                }
                var source = storage.resolve(artifact.uri().replaceFirst("^file:", ""))
                        .normalize();
                if (artifact.uri().startsWith("file:")
                        && source.startsWith(storage)
                        && Files.isRegularFile(source)
                        && brought.add(artifact.digest())) {
                    put(zip, "artifacts/" + artifact.digest().hex(), Files.readAllBytes(source));
                }
            }
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "On the agent's machine: executes a bundle, each attempt of it once, however often this is called.",
                "Needs no network and no platform."
            })
    int run(
            @Mixin Agent agent,
            @Parameters(paramLabel = "BUNDLE") Path bundle,
            @Option(
                            names = {"-o", "--output"},
                            required = true,
                            paramLabel = "FILE",
                            description = "The results.")
                    Path output)
            throws IOException, InterruptedException {
        return agent.run("run", bundle.toString(), output.toString());
    }

    /** The agent on this machine. */
    static final class Agent {
        @Option(names = "--agent", required = true, description = "Its name.")
        private String name;

        @Option(names = "--agent-data", required = true, paramLabel = "DIR", description = "Its key and its journal.")
        private Path data;

        @Option(
                names = "--storage",
                required = true,
                paramLabel = "DIR",
                description = "That file: references are relative to.")
        private Path storage;

        int run(String... arguments) throws IOException, InterruptedException {
            var process = new AirGappedAgent(Home.directory(), name, data, storage).start(List.of(arguments));
            try {
                return process.waitFor();
            } finally {
                process.destroy();
            }
        }
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Brings an agent's results back. The same again changes nothing.")
    int importResults(
            @Mixin DataOption data,
            @Parameters(paramLabel = "RESULTS") Path file,
            @Option(
                            names = "--logs",
                            paramLabel = "DIR",
                            description = "Where to put the logs (default: airgap/ in the data directory).")
                    Path logs)
            throws IOException, InterruptedException {
        try (var zip = new ZipFile(file.toFile())) {
            var entry = zip.getEntry("results.json");
            if (entry == null) {
                throw new IOException(file + " has no results.json: it holds no results");
            }
            Envelope envelope;
            try (var content = zip.getInputStream(entry)) {
                envelope = Json.read(content.readAllBytes(), Envelope.class);
            }
            var results = envelope.peek(Bundle.Results.class);
            var outcomes = data.client()
                    .post(
                            "/agents/" + results.agent() + "/bundles/" + results.bundle() + "/results",
                            Map.of("Content-Type", "application/json"),
                            Json.text(envelope));
            takeLogs(zip, results, logs == null ? data.directory().root().resolve("airgap") : logs);
            return show(outcomes);
        }
    }

    private static int show(JsonNode outcomes) {
        var refused = false;
        for (var outcome : outcomes) {
            refused |= outcome.path("imported").asText().equals("refused");
            System.out.println(outcome.path("attempt").asText() + ": "
                    + outcome.path("imported").asText()
                    + (outcome.hasNonNull("why") ? ", " + outcome.path("why").asText() : ""));
        }
        return refused ? 1 : 0;
    }

    /** Only those whose digest the agent signed. */
    private static void takeLogs(ZipFile zip, Bundle.Results results, Path to) throws IOException {
        Files.createDirectories(to);
        for (var result : results.reports()) {
            var name = result.attempt().toString().replace('/', '-') + ".txt";
            var entry = zip.getEntry("logs/" + name);
            var report = Json.fromTree(result.statement().peek().predicate(), Report.class);
            if (entry == null) {
                continue;
            }
            byte[] log;
            try (var content = zip.getInputStream(entry)) {
                log = content.readAllBytes();
            }
            if (Digest.of(log).equals(report.log())) {
                Files.write(to.resolve(name), log);
            } else {
                System.err.println(entry.getName() + " is not the log that the agent signed: left out");
            }
        }
    }
}
