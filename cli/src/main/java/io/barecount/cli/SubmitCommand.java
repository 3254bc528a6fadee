package io.barecount.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = "Submits a manifest; prints the run's id once it is durable.")
final class SubmitCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Parameters(paramLabel = "FILE", description = "A manifest, YAML or JSON.")
    private Path file;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Idempotency key: the same key and content is the same run.")
    private String key;

    @Option(
            names = "--sign",
            paramLabel = "KEYFILE",
            description = "Signs it with this key, for namespaces that want that; ./barecount keys new makes one.")
    private Path sign;

    @Option(names = "--wait", description = "Wait for the run's end; exit code 1 unless it succeeded.")
    private boolean wait;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException("there is no readable file " + file + ": a manifest is one YAML or JSON file");
        }
        var client = data.client();
        var headers = new HashMap<String, String>();
        headers.put("Content-Type", file.toString().endsWith(".json") ? "application/json" : "application/yaml");
        headers.put("Idempotency-Key", key == null ? UUID.randomUUID().toString() : key);
        if (sign != null) {
            headers.put(
                    ManifestSigner.HEADER,
                    ManifestSigner.sign(client, file, sign).signature());
        }
        var receipt = client.post("/submissions", headers, Files.readString(file));
        for (var warning : receipt.path("warnings")) {
            System.err.println("warning: " + warning.path("message").asText() + "; "
                    + warning.path("hint").asText());
        }
        var run = receipt.path("run").asText();
        System.out.println(run);
        if (!wait) {
            return 0;
        }
        var end = new AuditRecords(client).awaitEnd(run);
        System.out.println(end.path("state").asText()
                + (end.hasNonNull("reason") ? ": " + end.path("reason").asText() : ""));
        return "succeeded".equals(end.path("state").asText()) ? 0 : 1;
    }
}
