package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An agent on a machine of its own, as far as one machine can be several: its own data directory, its own process. */
final class AgentProcess {
    private final DataDirectory platform;
    private final String gateway;
    private final String id;
    private Path data;
    private Process process;

    private AgentProcess(DataDirectory platform, String gateway, String id, Path data) {
        this.platform = platform;
        this.gateway = gateway;
        this.id = id;
        this.data = data;
    }

    /** Enrolled by this token and started; returns when it is listened to. */
    static AgentProcess enrol(DataDirectory platform, String gateway, String id, Path data, String token)
            throws IOException {
        Files.createDirectories(data);
        Files.writeString(data.resolve("token"), token);
        var agent = new AgentProcess(platform, gateway, id, data);
        agent.start();
        agent.awaitSession(0);
        return agent;
    }

    void start() throws IOException {
        var target = Launcher.home().resolve("agent/target");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx96m",
                        "-cp",
                        target + "/*:" + target.resolve("lib") + "/*",
                        "io.barecount.agent.Agent")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolve("agent.log").toFile()));
        builder.environment()
                .putAll(Map.of(
                        "BARECOUNT_AGENT_ID",
                        id,
                        "BARECOUNT_AGENT_GATEWAY",
                        gateway,
                        "BARECOUNT_AGENT_DATA",
                        data.toString(),
                        "BARECOUNT_AGENT_TOKEN_FILE",
                        data.resolve("token").toString(),
                        "BARECOUNT_AGENT_STORAGE",
                        platform.storage().toString(),
                        "BARECOUNT_AGENT_SLOTS",
                        "2",
                        "BARECOUNT_AGENT_HEALTH_PORT",
                        "0",
                        "BARECOUNT_AGENT_EGRESS",
                        "record"));
        process = builder.start();
    }

    /** Returns when it is listened to. */
    void startAgain() throws IOException, InterruptedException {
        var before = await().atMost(RunningPlatform.PATIENCE).ignoreExceptions().until(this::session, known -> true);
        start();
        awaitSession(before);
    }

    private void awaitSession(long before) {
        await().atMost(RunningPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(session()).isGreaterThan(before));
    }

    /** By the signal that no process survives; its workloads live on. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void go() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Its latest, as the gateway says; waits for one that has just started to be known there. */
    long session() {
        return await("the gateway to know " + id)
                .atMost(Duration.ofMinutes(2))
                .until(this::latestSession, Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Long> latestSession() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(gateway + "/agents"))
                .timeout(Duration.ofSeconds(30))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var agents = Json.read(answer.body(), JsonNode.class);
            for (var agent : agents) {
                if (agent.path("id").asText().equals(id)) {
                    return Optional.of(agent.path("session").asLong());
                }
            }
        }
        return Optional.empty();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** With the same key and journal, elsewhere; not started. */
    AgentProcess copy(Path to) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(List.of("cp", "-r", data.toString(), to.toString()))
                        .start()
                        .waitFor())
                .isLessThanOrEqualTo(1);
        return new AgentProcess(platform, gateway, id, to);
    }

    /** From now on this is that one. */
    void become(AgentProcess other) {
        data = other.data;
        process = other.process;
    }
}
