package io.barecount.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An AWS that nobody here wrote, started as the examples' own script starts it. */
final class Emulator implements AutoCloseable {
    private static final int MINUTES_MAX = 5;
    private static final int CANNOT_BE_HAD = 3;
    private static final Pattern SETTING = Pattern.compile("([A-Z0-9_]+)=(\\S+)");

    private final Path data;
    private final Map<String, String> settings;
    private final HttpClient http = HttpClient.newHttpClient();

    private Emulator(Path data, Map<String, String> settings) {
        this.data = data;
        this.settings = settings;
    }

    /** Empty, with the reason in {@code log}, if it can't be had on this machine. */
    static Optional<Emulator> start(Path data, Path log) throws IOException, InterruptedException {
        var exit = script("start", data, log);
        if (exit == CANNOT_BE_HAD) {
            return Optional.empty();
        }
        if (exit != 0) {
            throw new AssertionError("the emulator did not start: " + Files.readString(log));
        }
        var settings = SETTING.matcher(Files.readString(data.resolve("emulator/env")))
                .results()
                .collect(Collectors.toMap(setting -> setting.group(1), setting -> setting.group(2)));
        return Optional.of(new Emulator(data, settings));
    }

    private static int script(String name, Path data, Path log) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                        Launcher.home()
                                .resolve("examples/emulator")
                                .resolve(name)
                                .toString(),
                        data.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = builder.start();
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return CANNOT_BE_HAD;
        }
        return process.exitValue();
    }

    /** What the platform is to be started with. */
    Map<String, String> settings() {
        return settings;
    }

    String endpoint() {
        return settings.get("AWS_ENDPOINT_URL");
    }

    /** What lies in the bucket, relative to the runners' storage. */
    String stored(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(endpoint() + "/runners/data/" + path)));
    }

    /** A call of Glue's API, as JSON. */
    String glue(String operation, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(endpoint()))
                .header("X-Amz-Target", "AWSGlue." + operation)
                .header("Content-Type", "application/x-amz-json-1.1")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/glue/aws4_request, SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError("the emulator answered with " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        script("stop", data, Files.createTempFile("emulator", ".log"));
    }
}
