package io.barecount.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.barecount.contracts.agent.Bundle;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent where no network reaches it: a process in a network namespace in which not even the loopback interface is up. */
class AirGapTest {
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final SigningKey GATEWAY = SigningKey.generate();

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void init() throws Exception {
        assumeTrue(canIsolate(), "skipped: this machine does not let a process have a network of its own");
        Files.createDirectories(storage());
        var key = Files.writeString(
                directory.resolve("gateway.pem"), GATEWAY.verifyingKey().toPem());
        assertThat(agent("init", key.toString())).isZero();
    }

    @AfterEach
    void end() throws InterruptedException {
        for (var process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void executesEachAttemptOnceHoweverOftenItIsAskedAndSignsWhatCameOfIt() throws Exception {
        var first = offer("echo once >> \"$BARECOUNT_INPUT_MARKS/effects\"; echo said\n");
        var bundle = bundle(GATEWAY, "plant", first);

        assertThat(agent("run", bundle.toString(), out("1"))).isZero();
        assertThat(agent("run", bundle.toString(), out("2"))).isZero();

        assertThat(storage().resolve("marks/effects")).hasContent("once");
        var report = reports("1").get(0);
        assertThat(report.outcome()).isEqualTo(Report.Outcome.SUCCEEDED);
        assertThat(reports("2")).containsExactly(report);
        assertThat(report.log()).isEqualTo(Digest.of("said\n"));
        assertThat(report.networkObserved()).contains("[lo]");
    }

    @Test
    void takesUpWhatWasKilledAndExecutesItNoSecondTime() throws Exception {
        var offer = offer(
                "echo begun >> \"$BARECOUNT_INPUT_MARKS/begun\"\nwhile [ ! -e \"$BARECOUNT_INPUT_MARKS/go\" ]; do sleep 0.05; done\n");
        var bundle = bundle(GATEWAY, "plant", offer);
        var killed = start("run", bundle.toString(), out("1"));
        await().atMost(MOST).until(() -> Files.exists(storage().resolve("marks/begun")));
        ProcessHandle.of(killed.pid())
                .ifPresent(process -> process.descendants()
                        .filter(child -> child.info().command().orElse("").endsWith("java"))
                        .forEach(ProcessHandle::destroyForcibly));
        killed.destroyForcibly().waitFor();
        Files.createFile(storage().resolve("marks/go"));

        assertThat(agent("run", bundle.toString(), out("1"))).isZero();

        assertThat(storage().resolve("marks/begun")).hasContent("begun");
        assertThat(reports("1")).hasSize(1);
    }

    @Test
    void refusesWhatIsNotTheGatewaysOrNotForIt() throws Exception {
        var offer = offer("touch \"$BARECOUNT_INPUT_MARKS/executed\"\n");

        assertThat(agent("run", bundle(SigningKey.generate(), "plant", offer).toString(), out("1")))
                .isEqualTo(1);
        assertThat(agent("run", bundle(GATEWAY, "another", offer).toString(), out("2")))
                .isEqualTo(1);
        assertThat(agent("run", tampered(bundle(GATEWAY, "plant", offer)).toString(), out("3")))
                .isEqualTo(1);
        assertThat(storage().resolve("marks/executed")).doesNotExist();
    }

    @Test
    void beginsNothingWhenItsTimeIsOver() throws Exception {
        var offer = offer("touch \"$BARECOUNT_INPUT_MARKS/executed\"\n");
        var late = new Bundle(
                UUID.randomUUID(),
                "plant",
                now().minusSeconds(60),
                now().minusSeconds(1),
                List.of(new Bundle.Item(offer, "claim")));

        assertThat(agent("run", write(late, GATEWAY, offer).toString(), out("1")))
                .isZero();

        assertThat(reports("1")).isEmpty();
        assertThat(storage().resolve("marks/executed")).doesNotExist();
    }

    @Test
    void bringsTheWorkloadAlong() throws Exception {
        var offer = offer("true\n");
        var bundle = bundle(GATEWAY, "plant", offer);
        Files.delete(storage().resolve("workloads/w.sh"));

        assertThat(agent("run", bundle.toString(), out("1"))).isZero();
        assertThat(reports("1").get(0).outcome()).isEqualTo(Report.Outcome.SUCCEEDED);
    }

    private Offer offer(String script) throws IOException {
        return new Offers(storage()).offer("file:workloads/w.sh", script, Duration.ofMinutes(1), List.of());
    }

    private Path bundle(SigningKey signer, String agent, Offer offer) throws IOException {
        var bundle = new Bundle(
                UUID.randomUUID(), agent, now(), now().plusSeconds(300), List.of(new Bundle.Item(offer, "claim")));
        return write(bundle, signer, offer);
    }

    private Path write(Bundle bundle, SigningKey signer, Offer offer) throws IOException {
        var digest = offer.spec().manifest().spec().workload().artifact().digest();
        return zip(Map.of(
                AirGap.BUNDLE,
                Json.bytes(bundle.sign(signer)),
                AirGap.ARTIFACTS + digest.hex(),
                Files.readAllBytes(storage().resolve("workloads/w.sh"))));
    }

    /** With a later end than was signed. */
    private Path tampered(Path bundle) throws IOException {
        var envelope = Json.read(content(bundle, AirGap.BUNDLE), Envelope.class);
        var found = envelope.peek(Bundle.class);
        var changed = new Bundle(
                found.id(), found.agent(), found.exportedAt(), found.until().plusSeconds(60), found.items());
        var forged = changed.sign(GATEWAY);
        return zip(Map.of(
                AirGap.BUNDLE,
                Json.bytes(new Envelope(forged.payloadType(), forged.payload(), envelope.signatures()))));
    }

    private Path zip(Map<String, byte[]> contents) throws IOException {
        var file = Files.createTempFile(directory, "bundle", ".zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var content : contents.entrySet()) {
                zip.putNextEntry(new ZipEntry(content.getKey()));
                zip.write(content.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    /** As a verifier with the agent's public key sees them. */
    private List<Report> reports(String name) throws IOException {
        var key = VerifyingKey.ofPem(Files.readString(directory.resolve("agent/agent.pub.pem")));
        return Json.read(content(Path.of(out(name)), AirGap.RESULTS), Envelope.class)
                .verify(Bundle.Results.TYPE, Bundle.Results.class, List.of(key))
                .reports()
                .stream()
                .map(result ->
                        Json.fromTree(result.statement().verify(List.of(key)).predicate(), Report.class))
                .toList();
    }

    private static byte[] content(Path file, String name) throws IOException {
        try (var zip = new ZipFile(file.toFile());
                var content = zip.getInputStream(zip.getEntry(name))) {
            return content.readAllBytes();
        }
    }

    private String out(String name) {
        return directory.resolve("results-" + name + ".zip").toString();
    }

    private Path storage() {
        return directory.resolve("storage");
    }

    private int agent(String... arguments) throws Exception {
        var process = start(arguments);
        assertThat(process.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                "unshare",
                "--map-root-user",
                "--net",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AirGap.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment()
                .putAll(Map.of(
                        "BARECOUNT_AGENT_ID",
                        "plant",
                        "BARECOUNT_AGENT_DATA",
                        directory.resolve("agent").toString(),
                        "BARECOUNT_AGENT_STORAGE",
                        storage().toString(),
                        "BARECOUNT_AGENT_EGRESS",
                        "enforce"));
        var process = builder.start();
        processes.add(process);
        return process;
    }

    private static java.time.Instant now() {
        return Clock.systemUTC().instant();
    }

    private static boolean canIsolate() {
        try {
            return new ProcessBuilder("unshare", "--map-root-user", "--net", "true")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
