package io.barecount.oracle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipInputStream;

/**
 * Does with what was started what the provider would: executes the container's command, the function, the script, the user data, with
 * this machine's python3 and the Java that runs this.
 */
public final class Programs implements Workload, AutoCloseable {
    private final Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Process, String> running = new ConcurrentHashMap<>();
    private volatile URI storage;
    private volatile boolean dead;
    private volatile boolean hanging;
    private final AtomicInteger hung = new AtomicInteger();

    /** @param directory where each works in a directory of its own */
    public Programs(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        var bin = Files.createDirectories(directory.resolve("bin"));
        var shutdown = Files.writeString(bin.resolve("shutdown"), "#!/bin/sh\nexit 0\n");
        if (!shutdown.toFile().setExecutable(true)) {
            throw new IOException(shutdown + " can't be made executable");
        }
    }

    /** Where buckets are, to read scripts from: {@link ProviderOracle#endpoint}. */
    public void storage(URI endpoint) {
        storage = endpoint;
    }

    /** While it is so, what is started does nothing at all, as an image that can't be pulled. */
    public void dead(boolean now) {
        dead = now;
    }

    /** While it is so, what is started does not end when its program has. */
    public void hanging(boolean now) {
        hanging = now;
    }

    /** How many programs have ended whose runner has not. */
    public int hung() {
        return hung.get();
    }

    @Override
    public int run(Started started) throws Exception {
        if (dead) {
            return 1;
        }
        var code = program(started);
        if (hanging) {
            hung.incrementAndGet();
            try {
                new CountDownLatch(1).await();
            } finally {
                hung.decrementAndGet();
            }
        }
        return code;
    }

    private int program(Started started) throws Exception {
        var work = Files.createTempDirectory(directory, started.provider());
        return switch (started.provider()) {
            case "ecs" -> execute(work, started.command(), started.environment());
            case "ec2" -> execute(work, List.of("/bin/sh", write(work, "user-data", started.userData())), Map.of());
            case "glue" -> execute(work, script(work, started), Map.of());
            case "lambda" -> execute(work, function(work, started), started.environment());
            default -> throw new IllegalArgumentException(started.provider());
        };
    }

    private List<String> script(Path work, Started started) throws IOException, InterruptedException {
        var script = http.send(
                HttpRequest.newBuilder(storage.resolve(started.scriptLocation().replaceFirst("s3:/", "")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        var command = new ArrayList<>(List.of("python3", write(work, "script.py", script.body())));
        started.arguments().forEach((name, value) -> {
            command.add(name);
            command.add(value);
        });
        return command;
    }

    private static List<String> function(Path work, Started started) throws IOException {
        try (var zip = new ZipInputStream(new ByteArrayInputStream(started.code()))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Files.copy(zip, work.resolve(entry.getName()));
            }
        }
        write(work, "event.json", started.payload());
        var call = "import json,types,barecount_bootstrap as b;"
                + "print(b.handler(json.load(open('event.json')),"
                + "types.SimpleNamespace(invoked_function_arn='arn:function',aws_request_id='" + started.id() + "')))";
        return List.of("python3", "-c", call);
    }

    private static String write(Path work, String name, String content) throws IOException {
        return Files.writeString(work.resolve(name), content).toString();
    }

    private int execute(Path work, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("printed").toFile());
        builder.environment().putAll(environment);
        var own = directory.resolve("bin") + ":" + Path.of(System.getProperty("java.home"), "bin") + ":";
        builder.environment().merge("PATH", own, (path, first) -> first + path);
        builder.environment().put("TMPDIR", work.toString());
        var process = builder.start();
        running.put(process, "");
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw e;
        } finally {
            running.remove(process);
        }
    }

    /** All that is executed ends at once, as with a host that is lost. */
    public void kill() {
        running.keySet().forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Override
    public void close() {
        kill();
        try {
            deleteAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteAll() throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
