package io.barecount.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the command line as a user does, in a process of its own, with the programs that this build has just made. */
final class Launcher {
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    private Launcher() {}

    record Result(int exitCode, String output, String errors) {}

    static Path home() {
        return HOME;
    }

    static Process start(Path output, Path errors, String... arguments) throws IOException {
        return start(output, errors, Map.of(), arguments);
    }

    static Process start(Path output, Path errors, Map<String, String> environment, String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dbarecount.home=" + HOME,
                "-cp",
                HOME.resolve("cli/target") + "/*:" + HOME.resolve("cli/target/lib") + "/*",
                "io.barecount.cli.Barecount"));
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment().put("BARECOUNT_START_CACHES", "off");
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Result run(Path directory, Duration most, String... arguments) throws IOException, InterruptedException {
        var output = Files.createTempFile(directory, arguments[0], ".out");
        var errors = Files.createTempFile(directory, arguments[0], ".err");
        var process = start(output, errors, arguments);
        if (!process.waitFor(most.toSeconds(), TimeUnit.SECONDS)) {
            process.destroy();
            process.waitFor();
            throw new AssertionError(
                    String.join(" ", arguments) + " did not end within " + most + ":\n" + Files.readString(errors));
        }
        return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
    }
}
