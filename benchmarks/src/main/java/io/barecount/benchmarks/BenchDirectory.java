package io.barecount.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Where a benchmark's platform keeps its state while it runs. */
final class BenchDirectory {
    private BenchDirectory() {}

    static Path create(Path home) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(home.resolve("target")), "bench-");
    }

    static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
