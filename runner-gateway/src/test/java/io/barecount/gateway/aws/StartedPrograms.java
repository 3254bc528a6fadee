package io.barecount.gateway.aws;

import io.barecount.oracle.Started;
import io.barecount.oracle.Workload;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipInputStream;

/** Does with what was started what the provider would: executes the container's command, the function, the script, the user data. */
final class StartedPrograms implements Workload, AutoCloseable {
    private final Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Process, String> running = new ConcurrentHashMap<>();
    private volatile String storage;
    private volatile boolean dead;
    private volatile boolean hanging;
    private final AtomicInteger hung = new AtomicInteger();

    StartedPrograms(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        var bin = Files.createDirectories(directory.resolve("bin"));
        var shutdown = Files.writeString(bin.resolve("shutdown"), "#!/bin/sh\nexit 0\n");
        if (!shutdown.toFile().setExecutable(true)) {
            throw new IOException(shutdown + " can't be made executable");
        }
    }

    void storage(String url) {
        storage = url;
    }

    /** While it is so, what is started does nothing at all, as an image that can't be pulled. */
    void dead(boolean now) {
        dead = now;
    }

    /** While it is so, what is started does not end when its program has. */
    void hanging(boolean now) {
        hanging = now;
    }

    /** How many programs have ended whose runner has not. */
    int hung() {
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
            case "ecs" -> execute(work, command(started), started.environment());
            case "ec2" -> execute(work, List.of("/bin/sh", write(work, "user-data", started.userData())), Map.of());
            case "glue" -> execute(work, script(work, started), Map.of());
            case "lambda" -> execute(work, function(work, started), started.environment());
            default -> throw new IllegalArgumentException(started.provider());
        };
    }

    /** The oracle does not give the command: it is what the gateway registered, and so what the loader is. */
    private static List<String> command(Started started) {
        return new Loader(new Bootstrap()).command();
    }

    private List<String> script(Path work, Started started) throws IOException, InterruptedException {
        var key = started.scriptLocation().replaceFirst("s3://[^/]+/" + Oracle.PREFIX, "");
        var script = http.send(
                HttpRequest.newBuilder(URI.create(storage + key)).build(), HttpResponse.BodyHandlers.ofString());
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
        builder.environment().merge("PATH", directory.resolve("bin") + ":", (path, bin) -> bin + path);
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
    void kill() {
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
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
