package io.barecount.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.barecount.agent.Journal.Entry;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.agent.Report.Outcome;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images, run by the podman of this machine; where there is none that works, only what is refused is tested. */
class ContainerTest {
    private static final String NAME = "localhost/barecount-test";
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static String image;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeAnImage(@TempDir Path root) throws Exception {
        if (!Programs.isInstalled("podman") || !Files.exists(BUSYBOX)) {
            return;
        }
        Files.createDirectories(root.resolve("bin"));
        Files.copy(BUSYBOX, root.resolve("bin/busybox"));
        Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("busybox"));
        Files.writeString(
                root.resolve("entry"),
                "#!/bin/sh\n/bin/busybox --install -s /tmp && PATH=/tmp exec /bin/sh -c \"$1\"\n");
        Files.setPosixFilePermissions(root.resolve("entry"), PosixFilePermissions.fromString("rwxr-xr-x"));
        var made = run(
                "sh",
                "-c",
                "tar -C " + root + " -c . | podman import --quiet --change 'ENTRYPOINT [\"/entry\"]' - " + NAME);
        var digest = run("podman", "image", "inspect", "--format", "{{.Digest}}", NAME);
        if (made.exit() == 0
                && run(
                                        "podman",
                                        "run",
                                        "--rm",
                                        "--network=none",
                                        "--ulimit=nofile=64:64",
                                        "--ulimit=nproc=64:64",
                                        NAME,
                                        "true")
                                .exit()
                        == 0) {
            image = NAME + "@" + digest.output();
        }
    }

    @AfterAll
    static void removeTheImage() throws Exception {
        if (image != null) {
            run("podman", "rmi", "--force", NAME);
        }
    }

    @Test
    void anImageReadsItsInputsWritesItsOutputsAndSeesNothingElse() throws Exception {
        assumeTrue(image != null, "skipped: no podman that works here");
        Files.createDirectories(directory.resolve("secrets"));
        var secret = Files.writeString(directory.resolve("secrets/key"), "s3cr3t-of-the-plant");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
        var offer = offer(
                """
                cat "$BARECOUNT_INPUT_MARKS/in" > "$BARECOUNT_OUTPUTS_REPORT"
                echo "slice $BARECOUNT_SLICE key $KEY"
                grep -c : /proc/net/dev; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status
                touch /anywhere 2>&1; touch "$BARECOUNT_INPUT_MARKS/written" 2>&1; ls %s 2>&1
                """.formatted(directory.resolve("storage/workloads")),
                Map.of("KEY", "file:key"),
                new Manifest.OnPrem(1, 64),
                List.of());
        Files.writeString(directory.resolve("storage/marks/in"), "measured");

        var report = execute(offer);

        assertThat(report.outcome()).as(report.reason()).isEqualTo(Outcome.FAILED);
        var log = Files.readString(
                Workplace.of(settings(Map.of()), offer.attempt()).log());
        assertThat(log)
                .contains("slice DE key ***", "\n1\n", "CapEff:\t0000000000000000", "NoNewPrivs:\t1")
                .contains(
                        "/anywhere: Read-only file system",
                        "written: Read-only file system",
                        "workloads: No such file or directory")
                .doesNotContain("s3cr3t");
        assertThat(report.applied())
                .containsEntry("network", "own network namespace")
                .containsEntry("container", "podman, read-only root, no capabilities, no new privileges");
        assertThat(report.applied().get("image")).startsWith(image + ", id ");
        assertThat(left(offer)).isEmpty();

        var good = offer(
                "cat \"$BARECOUNT_INPUT_MARKS/in\" > \"$BARECOUNT_OUTPUTS_REPORT\"",
                Map.of(),
                new Manifest.OnPrem(1, 64),
                List.of());
        assertThat(execute(good).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(directory.resolve("storage/reports/report.txt")).hasContent("measured");
    }

    @Test
    void aContainerIsEndedWithAllThatIsInItAtItsLimits() throws Exception {
        assumeTrue(image != null, "skipped: no podman that works here");
        var late = offer(
                "trap '' TERM; sleep 300 & sleep 300; sleep 300",
                Map.of(),
                new Manifest.OnPrem(1, 64),
                List.of(),
                Duration.ofSeconds(2));
        assertThat(execute(late).failureClass()).isEqualTo(FailureClass.TIMED_OUT);
        assertThat(left(late)).isEmpty();
        assertThat(new Processes(late.attempt(), directory).marked()).isEmpty();

        var large = offer(
                "head -c 90000000 /dev/zero | tail -c 90000000 > /dev/null",
                Map.of(),
                new Manifest.OnPrem(1, 64),
                List.of());
        var report = execute(large);
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.applied().get("memory")).startsWith("64MiB of all its processes");

        var writes = offer(
                "head -c 40000000 /dev/zero > \"$BARECOUNT_OUTPUT/large\"",
                Map.of(),
                new Manifest.OnPrem(1, 64, 16),
                List.of());
        assertThat(execute(writes).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void nothingIsStartedThatCanNotBeRunAsItHasTo() throws Exception {
        assumeTrue(image != null, "skipped: no podman that works here");
        var reaching = offer("true", Map.of(), new Manifest.OnPrem(1, 64), List.of("db.example.com:5432"));
        assertThat(execute(reaching))
                .returns(FailureClass.NOT_STARTED, Report::failureClass)
                .satisfies(report ->
                        assertThat(report.reason()).contains("db.example.com:5432", "a boundary without egress"));
        var other = image;
        try {
            image = NAME + "@sha256:" + "0".repeat(64);
            assertThat(execute(offer("true", Map.of(), new Manifest.OnPrem(1, 64), List.of())))
                    .returns(FailureClass.NOT_STARTED, Report::failureClass);
        } finally {
            image = other;
        }
    }

    private Offer offer(String script, Map<String, String> secrets, Manifest.OnPrem limits, List<String> egress)
            throws IOException {
        return offer(script, secrets, limits, egress, Duration.ofMinutes(1));
    }

    private Offer offer(
            String script, Map<String, String> secrets, Manifest.OnPrem limits, List<String> egress, Duration timeout)
            throws IOException {
        var workload = new Manifest.Workload(null, null, script, Map.of(), secrets, image);
        return new Offers(directory.resolve("storage")).offer(workload, script, timeout, egress, limits);
    }

    private Settings settings(Map<String, String> more) {
        var environment = new HashMap<>(Map.of(
                "BARECOUNT_AGENT_ID", "agent-1",
                "BARECOUNT_AGENT_GATEWAY", "none:nowhere",
                "BARECOUNT_AGENT_DATA", directory.resolve("agent").toString(),
                "BARECOUNT_AGENT_STORAGE", directory.resolve("storage").toString(),
                "BARECOUNT_AGENT_SECRETS", directory.resolve("secrets").toString(),
                "BARECOUNT_AGENT_SLOTS", "1",
                "BARECOUNT_AGENT_HEALTH_PORT", "0",
                "BARECOUNT_AGENT_EGRESS", "enforce"));
        environment.putAll(more);
        return Settings.of(environment);
    }

    private Report execute(Offer offer) throws Exception {
        var told = new Told();
        var settings = settings(Map.of());
        new Execution(
                        settings,
                        told,
                        new Journal(settings.data().resolve("claims")),
                        new Compiler(settings.data().resolve("compiled")),
                        null,
                        Entry.claiming(offer, "claim-1"))
                .run();
        return told.report;
    }

    /** Grants everything, and keeps the report. */
    private static final class Told implements Principal {
        private Report report;

        @Override
        public boolean claim(AttemptId attempt, Claim claim) {
            return true;
        }

        @Override
        public boolean report(Offer offer, Report what) {
            report = what;
            return true;
        }
    }

    /** Containers of the attempt that podman still knows. */
    private static String left(Offer offer) throws Exception {
        return run(
                        "podman",
                        "ps",
                        "--all",
                        "--quiet",
                        "--filter",
                        "name=barecount-" + offer.attempt().toString().replace('/', '-'))
                .output();
    }

    private record Ran(int exit, String output) {}

    private static Ran run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes()).strip();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), output);
    }
}
