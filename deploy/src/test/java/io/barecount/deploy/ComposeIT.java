package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.barecount.embedded.broker.Broker;
import io.barecount.embedded.broker.TopicCreation;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Seed;
import io.barecount.embedded.postgres.Postgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * The environment of the Compose file is enough for the platform to run: each part is started as a process with just what the file gives
 * it, its host names and mounts put in place. What only an engine does, images and isolation, is not shown by it.
 */
class ComposeIT {
    private static final Duration MOST = Duration.ofMinutes(5);
    private static final List<String> DATABASES = List.of("manifest", "policy", "scheduler", "gateway", "ledger");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Integer> ports = new HashMap<>();
    private final List<Process> processes = new ArrayList<>();

    @Test
    void aBatchRunsToItsEndOnWhatTheFileGives() throws Exception {
        Map<String, Object> read = new Yaml().load(Project.read(Project.HOME.resolve("deploy/compose/compose.yaml")));
        JsonNode compose = JSON.valueToTree(read);
        var data = directory.resolve("data");
        Seed.plant(new DataDirectory(data), Project.HOME);
        var brokerPort = freePort();
        var databasePort = freePort();
        try (var broker = Broker.start(directory.resolve("kafka"), brokerPort, freePort());
                var postgres = Postgres.start(
                        new Postgres.Places(
                                directory.resolve("postgres"),
                                Path.of(
                                        System.getProperty("java.io.tmpdir"),
                                        "barecount-postgres-" + System.getProperty("user.name")),
                                directory.resolve("password"),
                                directory.resolve("postgres.log")),
                        databasePort)) {
            TopicCreation.createAll("127.0.0.1:" + brokerPort);
            makeDatabases(postgres, databasePort);
            var parts = new ArrayList<>(Project.SERVICES);
            parts.addAll(List.of("console", "agent"));
            for (var part : parts) {
                ports.put(part, freePort());
            }
            ports.put("kafka", brokerPort);
            ports.put("postgres", databasePort);
            var origin = Files.readString(data.resolve("keys/origin")).strip();
            for (var part : parts) {
                start(part, environment(part, compose.at("/services/" + part), data, origin));
            }
            for (var part : parts) {
                awaitHealthy(part);
            }

            assertThat(endOf(submit("gdp-transform"))).isEqualTo("succeeded");
            assertThat(data.resolve("storage/results/gdp-growth.csv"))
                    .hasSameTextualContentAs(Project.HOME.resolve("examples/expected/gdp-growth.csv"));
        } finally {
            processes.forEach(Process::destroy);
            for (var process : processes) {
                process.waitFor();
            }
        }
    }

    /** By the script that the image runs, where this machine has what it runs with. */
    private void makeDatabases(Postgres postgres, int port) throws Exception {
        if (!isOnPath("psql")) {
            for (var database : DATABASES) {
                if ("ledger".equals(database)) {
                    postgres.createDatabase(database, "secret-of-ledger", "secret-of-ledger_owner");
                } else {
                    postgres.createDatabase(database, "secret-of-" + database);
                }
            }
            return;
        }
        var log = directory.resolve("databases.log");
        var script = new ProcessBuilder(
                        Project.HOME.resolve("deploy/compose/databases.sh").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        script.environment()
                .putAll(Map.of(
                        "PGHOST",
                        "127.0.0.1",
                        "PGPORT",
                        Integer.toString(port),
                        "PGPASSWORD",
                        postgres.superuserPassword()));
        for (var database : DATABASES) {
            script.environment().put(database.toUpperCase(Locale.ROOT) + "_PASSWORD", "secret-of-" + database);
        }
        script.environment().put("LEDGER_OWNER_PASSWORD", "secret-of-ledger_owner");
        assertThat(script.start().waitFor()).as(Project.read(log)).isZero();
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(part -> Files.isExecutable(Path.of(part, program)));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Map<String, String> environment(String part, JsonNode service, Path data, String origin) {
        var environment = new LinkedHashMap<String, String>();
        service.path("environment")
                .fields()
                .forEachRemaining(variable -> environment.put(
                        variable.getKey(), here(part, variable.getValue().asText(), service, data, origin)));
        return environment;
    }

    private String here(String part, String value, JsonNode service, Path data, String origin) {
        var here = value.replaceAll("\\$\\{BARECOUNT_ORIGIN:[^}]*}", origin);
        for (var database : DATABASES) {
            here = here.replaceAll(
                    "\\$\\{BARECOUNT_" + database.toUpperCase(Locale.ROOT) + "_PASSWORD:[^}]*}",
                    "secret-of-" + database);
        }
        here = here.replaceAll("\\$\\{BARECOUNT_LEDGER_OWNER_PASSWORD:[^}]*}", "secret-of-ledger_owner");
        for (var volume : service.path("volumes")) {
            var parts = volume.asText().split(":");
            if (parts[0].startsWith("./data/")) {
                here = here.replace(
                        parts[1],
                        data.resolve(parts[0].substring("./data/".length())).toString());
            }
        }
        for (var other : ports.keySet()) {
            here = here.replaceAll("\\b" + other + ":[0-9]+", "127.0.0.1:" + ports.get(other));
        }
        here = here.replaceAll("\\$\\{[A-Z_]+:-([^}]*)}", "$1");
        return switch (here) {
            case "0.0.0.0" -> "127.0.0.1";
            case "8080" -> ports.get(part).toString();
            default -> here;
        };
    }

    private void start(String part, Map<String, String> environment) throws IOException {
        var target = Project.HOME.resolve(part).resolve("target");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(
                part.equals("agent")
                        ? List.of("-cp", target + "/*:" + target.resolve("lib") + "/*", "io.barecount.agent.Agent")
                        : List.of("-jar", "quarkus-run.jar"));
        var builder = new ProcessBuilder(command)
                .directory((part.equals("agent") ? target : target.resolve("quarkus-app")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(part + ".log").toFile());
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG"));
        builder.environment().putAll(environment);
        processes.add(builder.start());
    }

    private void awaitHealthy(String part) {
        var path = part.equals("agent") ? "/health" : "/q/health/ready";
        await().atMost(MOST)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(get(ports.get(part), path).statusCode())
                        .as(part + ":\n" + Project.read(directory.resolve(part + ".log")))
                        .isEqualTo(200));
    }

    private String submit(String pipeline) throws IOException, InterruptedException {
        var manifest = Project.HOME.resolve("examples/manifests/" + pipeline + ".yaml");
        var answer = http.send(
                HttpRequest.newBuilder(address(ports.get("console"), "/submissions"))
                        .header("Content-Type", "application/yaml")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(HttpRequest.BodyPublishers.ofFile(manifest))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body()).path("run").asText();
    }

    private String endOf(String run) {
        return await().atMost(MOST)
                .until(() -> record(run), record -> record.path("ended").asBoolean())
                .path("state")
                .asText();
    }

    private JsonNode record(String run) throws IOException, InterruptedException {
        var answer = get(ports.get("console"), "/ledger/runs/" + run);
        return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.createObjectNode();
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address(port, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI address(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
