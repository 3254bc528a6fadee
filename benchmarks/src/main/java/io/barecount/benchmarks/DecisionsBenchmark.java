package io.barecount.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "decisions",
        mixinStandardHelpOptions = true,
        description = {
            "Decisions a second of one thread, by JMH, with the shipped rules loaded several times over, beside a bare evaluation of the",
            "same compiled expressions by the reference implementation of CEL over facts that are there already.",
            "A decision is the whole judgement: estimate, alternatives, facts, rules, and for a denial the change that would pass; the",
            "permit's signature is not part of it. Counted is the processor time of the whole process."
        })
final class DecisionsBenchmark implements Callable<Integer> {
    @Option(names = "--copies", defaultValue = "6", description = "Of the shipped rules (default: ${DEFAULT-VALUE}).")
    private int copies;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description =
                    "To measure each for, in five iterations, after as long to warm up (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var home = Path.of(System.getProperty("barecount.home"));
        var service = home.resolve("policy-service/target/quarkus-app");
        var classes = Stream.concat(
                        Stream.of("app", "lib/main", "lib/boot").map(part -> service.resolve(part) + "/*"),
                        Stream.concat(Stream.of(ourselves()), libraries(home.resolve("benchmarks/target/lib"))))
                .collect(Collectors.joining(File.pathSeparator));
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        // quiet where protobuf's ways are warned of
                        Runtime.version().feature() < 23
                                ? "-Dnothing-to-quieten"
                                : "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classes,
                        DecisionSpeed.class.getName(),
                        home.resolve("examples").toString(),
                        Integer.toString(copies),
                        Integer.toString(seconds))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the measurement ended with exit code " + process.exitValue());
        }
        print(output);
        return 0;
    }

    /** The directory or archive that this class is in. */
    private static String ourselves() {
        var source = DecisionsBenchmark.class.getProtectionDomain().getCodeSource();
        return Path.of(URI.create(source.getLocation().toString())).toString();
    }

    /** Those of JMH alone: all others are to be the ones that the service has. */
    private static Stream<String> libraries(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files
                    .filter(file ->
                            file.getFileName().toString().matches("(jmh-core|jopt-simple|commons-math3)-.*[.]jar"))
                    .map(Path::toString)
                    .toList()
                    .stream();
        }
    }

    private void print(String output) {
        if (json) {
            System.out.print(output);
            return;
        }
        var result = Json.read(output, JsonNode.class);
        System.out.printf(
                "%d rules: %s decisions/s; bare evaluation of the same expressions %s/s, ratio %.2f;"
                        + " denials with a suggestion %s/s%n",
                result.path("rules").asInt(),
                withError(result, "decisions"),
                withError(result, "bare"),
                result.path("ratio").asDouble(),
                withError(result, "denials"));
    }

    private static String withError(JsonNode result, String what) {
        return String.format(
                "%,.0f ± %,.0f",
                result.path(what + "PerSecond").asDouble(),
                result.path(what + "Error").asDouble());
    }
}
