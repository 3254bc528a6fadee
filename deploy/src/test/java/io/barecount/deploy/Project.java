package io.barecount.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

final class Project {
    static final Path HOME = Path.of("").toAbsolutePath().getParent();
    static final List<String> SERVICES =
            List.of("manifest-service", "policy-service", "scheduler-service", "runner-gateway", "ledger-service");

    private Project() {}

    /** All of a module's own code. */
    static String sources(String module) throws IOException {
        try (var files = Files.walk(HOME.resolve(module).resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(Project::read)
                    .collect(Collectors.joining());
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
