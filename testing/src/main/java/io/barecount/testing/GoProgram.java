package io.barecount.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** {@code src/main/go/agree}: what transparency-log software by others says. Needs Go, and once the Go module proxy. */
public final class GoProgram {
    private static final int BUILD_SECONDS_MAX = 180;
    private static final int RUN_SECONDS_MAX = 120;
    private final Path program;

    private GoProgram(Path program) {
        this.program = program;
    }

    /** Skips the test, with the reason, where it can't be had. */
    public static GoProgram orSkip() throws IOException, InterruptedException {
        var sources = Path.of("../testing/src/main/go/agree").toAbsolutePath().normalize();
        var program = Path.of("target/agree").toAbsolutePath();
        var go = Stream.of("/usr/local/go/bin/go", "/usr/bin/go", "/opt/homebrew/bin/go")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("go");
        try {
            var built = run(sources, BUILD_SECONDS_MAX, List.of(go, "build", "-o", program.toString(), "."), "");
            Assumptions.assumeTrue(built.exitCode() == 0, "others' programs can't be built here: " + built.err());
        } catch (IOException e) {
            Assumptions.abort("there is no Go here, in which others' programs are written: " + e.getMessage());
        }
        return new GoProgram(program);
    }

    public record Answer(int exitCode, String out, String err) {}

    public Answer run(String input, String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList();
        return run(program.getParent(), RUN_SECONDS_MAX, command, input);
    }

    private static Answer run(Path directory, int secondsMax, List<String> command, String input)
            throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).directory(directory.toFile()).start();
        var out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        } catch (IOException e) {
            // It ended before it read all: its exit code says how.
        }
        if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " did not end within " + secondsMax + " s");
        }
        return new Answer(process.exitValue(), out.join(), err.join());
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
