package io.barecount.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.barecount.agent.Journal.Entry;
import io.barecount.agent.Journal.Launched;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.agent.Report.Outcome;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent as a process of its own, executing real processes. */
class AgentTest {
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final String CGROUP = "barecount-test";

    /** Where no control group can be. */
    private static final String NO_CGROUP = "cgroup.procs/none";

    private static final List<String> ANYWHERE = List.of("anywhere.example.com:443");

    @TempDir
    Path directory;

    private ScriptedGateway gateway;
    private final List<Process> agents = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        gateway = new ScriptedGateway();
        Files.createDirectories(storage());
    }

    @AfterEach
    void end() throws InterruptedException {
        for (var agent : agents) {
            agent.destroyForcibly().waitFor();
        }
        gateway.close();
    }

    @Test
    void executesWhatItClaimedAndPublishesItsOutputWithItsDigest() throws Exception {
        startAgent();
        var offer = offer("env > \"$BARECOUNT_OUTPUT/env.txt\"\necho done > \"$BARECOUNT_OUTPUTS_REPORT\"\n");
        gateway.offers.add(offer);

        var report = report();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.exitCode()).isZero();
        assertThat(report.claimId()).isEqualTo(gateway.claims.get(0).claimId());
        var published = storage().resolve("reports/report.txt");
        var environment = storage().resolve("task-outputs/" + offer.attempt().run() + "/0/env.txt");
        assertThat(published).hasContent("done");
        assertThat(report.outputs())
                .containsEntry("reports/report.txt", Digest.of(Files.readAllBytes(published)))
                .containsEntry(
                        storage().relativize(environment).toString(), Digest.of(Files.readAllBytes(environment)));
        assertThat(environment)
                .content()
                .contains("BARECOUNT_PARAM_MY_COLUMN=gdp", "BARECOUNT_SLICE=DE")
                .doesNotContain("BARECOUNT_AGENT");
        await().atMost(MOST).untilAsserted(() -> assertThat(journal().entries()).isEmpty());
    }

    @Test
    void makesItsKeyItselfEnrolsOnceAndSignsAllThatItSays() throws Exception {
        var agent = startAgent();
        gateway.offers.add(offer("true\n"));
        report();
        agent.destroyForcibly().waitFor();
        startAgent();
        gateway.offers.add(offer("true\n"));
        report();

        assertThat(gateway.enrolments).hasSize(1);
        assertThat(gateway.enrolments.get(0).token()).isEqualTo("bce_a-token");
        assertThat(gateway.keys)
                .containsExactly(VerifyingKey.ofPem(gateway.enrolments.get(0).publicKey())
                        .keyId());
        assertThat(Files.getPosixFilePermissions(directory.resolve("agent/agent.pem")))
                .isEqualTo(PosixFilePermissions.fromString("r--------"));
    }

    @Test
    void endsAllWhenItIsDismissed() throws Exception {
        var agent = startAgent();
        gateway.offers.add(offer("echo $$ > \"$BARECOUNT_INPUT_MARKS/shell\"; sleep 300\n"));
        await().atMost(MOST).until(() -> !pidOf("shell").isEmpty());

        gateway.dismissal = "agent-revoked";

        assertThat(agent.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isEqualTo(3);
        awaitGone("shell");
    }

    @Test
    void oneDataDirectoryHasOneAgent() throws Exception {
        startAgent();
        gateway.offers.add(offer("true\n"));
        report();

        var second = startAgent();

        assertThat(second.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
    }

    @Test
    void nothingOutlivesTheLeaseOfAnAgentThatIsStopped() throws Exception {
        gateway.lease = Duration.ofSeconds(6);
        var agent = startAgent();
        gateway.offers.add(offer("setsid sh -c 'echo $$ > \"$BARECOUNT_INPUT_MARKS/daemon\"; sleep 300' &\n"
                + "echo $$ > \"$BARECOUNT_INPUT_MARKS/shell\"; sleep 300\n"));
        await().atMost(MOST)
                .until(() -> !pidOf("shell").isEmpty() && !pidOf("daemon").isEmpty());

        signal("STOP", agent);
        try {
            awaitGone("shell");
            awaitGone("daemon");
        } finally {
            signal("CONT", agent);
        }

        assertThat(report())
                .returns(FailureClass.INTERRUPTED, Report::failureClass)
                .satisfies(report -> assertThat(report.reason()).contains("guard"));
    }

    @Test
    void nothingOutlivesTheLeaseOfAnAgentThatIsKilled() throws Exception {
        gateway.lease = Duration.ofSeconds(6);
        var agent = startAgent();
        gateway.offers.add(offer("echo $$ > \"$BARECOUNT_INPUT_MARKS/shell\"; sleep 300\n"));
        await().atMost(MOST).until(() -> !pidOf("shell").isEmpty());

        agent.destroyForcibly().waitFor();
        awaitGone("shell");
        startAgent();

        assertThat(report().reason()).contains("guard");
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void startsNothingWhoseClaimIsRefused() throws Exception {
        gateway.grants = false;
        startAgent();
        gateway.offers.add(offer("touch \"$BARECOUNT_INPUT_MARKS/executed\"\n"));

        await().atMost(MOST).until(() -> !gateway.claims.isEmpty());
        gateway.grants = true;
        gateway.offers.add(offer("true\n"));

        assertThat(report().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(marks().resolve("executed")).doesNotExist();
        assertThat(gateway.reports).isEmpty();
    }

    @Test
    void startsNothingOfWhichAByteDiffersFromThePermit() throws Exception {
        startAgent();
        var offer = offer("true\n");
        Files.writeString(storage().resolve("workloads/w.sh"), "touch \"$BARECOUNT_INPUT_MARKS/executed\"\n");
        gateway.offers.add(offer);

        var report = report();

        assertThat(report.failureClass()).isEqualTo(FailureClass.NOT_STARTED);
        assertThat(report.reason()).contains("has digest", "permitted is");
        assertThat(report.startedAt()).isNull();
        assertThat(marks().resolve("executed")).doesNotExist();
    }

    @Test
    void readsNothingOutsideItsStorage() throws Exception {
        startAgent();
        var secret = Files.writeString(directory.resolve("secret.sh"), "true\n");
        Files.createSymbolicLink(storage().resolve("link.sh"), secret);
        for (var uri : List.of("file:../secret.sh", "file:link.sh", "file:" + secret, "https://example.com/w.sh")) {
            gateway.offers.add(offer(uri, "true\n", Duration.ofMinutes(1), ANYWHERE));
            assertThat(report())
                    .as(uri)
                    .returns(FailureClass.NOT_STARTED, Report::failureClass)
                    .satisfies(report -> assertThat(report.reason()).contains(uri));
        }
    }

    @Test
    void aWorkloadHasItsSecretsAndNothingElseShowsThem() throws Exception {
        var planted = "s3cr3t-p4ssphr4se-of-the-plant";
        var key =
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ\nplantedplantedplanted\n-----END PRIVATE KEY-----";
        secret("plant-db", planted + "\n", "r--------");
        secret("plant-key", key, "r--------");
        startAgent();
        gateway.offers.add(offer("""
            printf %s "$DB_PASSWORD" > "$BARECOUNT_INPUT_MARKS/given"; printf %s "$KEY" > "$BARECOUNT_INPUT_MARKS/key"
            cat /proc/[0-9]*/cmdline > "$BARECOUNT_INPUT_MARKS/argv"
            env; echo "password=$DB_PASSWORD;$DB_PASSWORD"; echo "$KEY"; printf %s "$DB_PASSWORD" | base64
            printf s3cr3t-p4ss; sleep 0.3; echo phr4se-of-the-plant; printf s3cr3t-p4s; echo " is not it"
            echo "no login with $DB_PASSWORD" >&2; exit 3
            """, Map.of("DB_PASSWORD", "file:plant-db", "KEY", "file:plant-key")));

        var report = report();

        assertThat(marks().resolve("given")).hasContent(planted);
        assertThat(marks().resolve("key")).hasContent(key);
        assertThat(report.reason()).startsWith("exit code 3: ").endsWith("no login with ***");
        assertThat(report.applied().get("secrets"))
                .isEqualTo(
                        "{DB_PASSWORD=file:plant-db, KEY=file:plant-key} as environment variables, masked in the log");
        await().atMost(MOST).untilAsserted(() -> assertThat(journal().entries()).isEmpty());
        var shown = new StringBuilder(Files.readString(said())).append(gateway.heard);
        shown.append(Files.readString(marks().resolve("argv"), ISO_8859_1));
        try (var files = Files.walk(directory.resolve("agent"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                shown.append(Files.readString(file, ISO_8859_1));
            }
        }
        assertThat(shown.toString())
                .contains("password=***;***", "s3cr3t-p4s is not it", "DB_PASSWORD=***")
                .doesNotContain(planted, "plantedplanted", "MC4CAQAwBQYDK2VwBCIEIJ", "czNjcjN0LXA0c3NwaHI0c2");
    }

    @Test
    void startsNothingWhoseSecretCanNotBeHadOrIsNone() throws Exception {
        secret("for-all", "everybody-knows", "rw-r--r--");
        secret("empty", "\n", "r--------");
        Files.writeString(directory.resolve("outside"), "not-a-secret-of-workloads");
        Files.createSymbolicLink(secrets().resolve("link"), directory.resolve("outside"));
        startAgent();
        for (var secret : Map.of(
                        "file:missing", "is missing",
                        "file:for-all", "others may read",
                        "file:empty", "is empty",
                        "file:link", "leads out",
                        "file:../agent/agent.pem", "no reference that an agent can follow",
                        "secretsmanager:../../agent/agent.pem", "no reference that an agent can follow",
                        "vault:a", "no reference that an agent can follow")
                .entrySet()) {
            gateway.offers.add(offer("touch \"$BARECOUNT_INPUT_MARKS/executed\"\n", Map.of("TOKEN", secret.getKey())));
            assertThat(report())
                    .as(secret.getKey())
                    .returns(FailureClass.NOT_STARTED, Report::failureClass)
                    .satisfies(report -> assertThat(report.reason())
                            .contains("TOKEN", secret.getKey(), secret.getValue())
                            .doesNotContain("everybody-knows", "not-a-secret"));
        }
        assertThat(marks().resolve("executed")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {CGROUP, NO_CGROUP})
    void theMemoryOfAllProcessesIsLimitedWhereTheKernelLetsIt(String cgroup) throws Exception {
        startAgent(Map.of("BARECOUNT_AGENT_CGROUP", cgroup));
        var offer = offer("""
            hold() { (head -c "$1" /dev/zero; sleep 2) | tail -c "$1" > /dev/null; }
            hold 90000000 & one=$!; hold 90000000 & two=$!
            wait $one || exit 7; wait $two || exit 7
            """, new Manifest.OnPrem(1, 128));
        gateway.offers.add(offer);

        var report = report();

        if (report.applied().get("memory").contains("cgroup")) {
            assertThat(cgroup).isEqualTo(CGROUP);
            assertThat(report.applied())
                    .containsEntry("memory", "128MiB of all its processes (cgroup v" + version() + ")");
            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(report.reason())
                    .startsWith("exit code 7 after the kernel ended ")
                    .contains("together they needed more than 128 MiB of memory");
            assertThat(report.environment()).containsEntry("memory-peak", "128MiB");
        } else {
            assertThat(report.applied())
                    .containsEntry("memory", "128MiB of addresses of each process (ulimit), not of all together");
            assertThat(report.outcome()).as(report.reason()).isEqualTo(Outcome.SUCCEEDED);
            gateway.offers.add(offer(
                    "head -c 200000000 /dev/zero | tail -c 200000000 > /dev/null || exit 7\n",
                    new Manifest.OnPrem(1, 128)));
            assertThat(report().exitCode()).isEqualTo(7);
        }
        var group = Path.of("/sys/fs/cgroup", version() == 2 ? "" : "memory", cgroup)
                .resolve(offer.attempt().toString().replace('/', '-'));
        await().atMost(MOST).untilAsserted(() -> assertThat(group).doesNotExist());
    }

    @ParameterizedTest
    @ValueSource(strings = {CGROUP, NO_CGROUP})
    void processorsAreLimitedByTheKernelOrElseBound(String cgroup) throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "skipped: this machine has one processor");
        startAgent(Map.of("BARECOUNT_AGENT_CGROUP", cgroup));
        gateway.offers.add(offer("""
            for i in 1 2 3 4; do timeout 2 sh -c 'while :; do :; done' & done
            wait
            times > "$BARECOUNT_INPUT_MARKS/times"
            """, new Manifest.OnPrem(1, 256)));

        var report = report();

        assertThat(report.applied().get("cpu"))
                .containsAnyOf("1.0 processors of all its processes (cgroup", "bound to processor ", "not limited");
        assumeTrue(!report.applied().get("cpu").startsWith("not limited"), "skipped: processors can't be limited here");
        var seconds = Pattern.compile("(\\d+)m([\\d.]+)s")
                .matcher(Files.readString(marks().resolve("times")))
                .results()
                .mapToDouble(time -> 60 * Double.parseDouble(time.group(1)) + Double.parseDouble(time.group(2)))
                .sum();
        assertThat(seconds).as("processor time in two seconds").isLessThan(2.8);
    }

    @Test
    void whoWritesMoreThanItMayIsEndedAndNothingOfItIsPublished() throws Exception {
        startAgent();
        var limits = new Manifest.OnPrem(1, 256, 16);

        gateway.offers.add(offer("head -c 40000000 /dev/zero > \"$BARECOUNT_OUTPUT/large\" || exit $?\n", limits));
        assertThat(report().reason()).startsWith("exit code 153 after it wrote a file larger than 16 MiB");

        gateway.offers.add(offer(
                "i=0; while :; do i=$((i + 1)); head -c 4000000 /dev/zero > \"$TMPDIR/$i\"; sleep 0.2; done\n",
                limits));
        assertThat(report().reason()).isEqualTo("its guard ended it: it wrote more than 16 MiB into its workplace");

        gateway.offers.add(
                offer("for i in 1 2 3 4 5; do head -c 4000000 /dev/zero > \"$BARECOUNT_OUTPUT/$i\"; done\n", limits));
        var burst = report();
        assertThat(burst.failureClass()).isEqualTo(FailureClass.WORKLOAD_FAILED);
        assertThat(burst.reason()).endsWith("it wrote more than 16 MiB into its workplace");
        assertThat(burst.applied().get("disk")).startsWith("16MiB: ");
        assertThat(storage().resolve("task-outputs")).doesNotExist();

        gateway.offers.add(offer("true\n", new Manifest.OnPrem(1, 256, 20_000)));
        assertThat(report())
                .returns(FailureClass.NOT_STARTED, Report::failureClass)
                .satisfies(report -> assertThat(report.reason()).contains("20000 MiB", "gives 10240"));
    }

    private static int version() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? 2 : 1;
    }

    @Test
    void keepsTheBeginningOfALongLogAndLetsTheWorkloadGoOn() throws Exception {
        startAgent();
        gateway.offers.add(offer("head -c 30000000 /dev/zero | tr '\\0' x; echo gone\n"));

        var report = report();

        assertThat(report.outcome()).as(report.reason()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.log()).isEqualTo(Digest.of("x".repeat(10 * 1024 * 1024)));
    }

    @Test
    void publishesNoLinkThatAWorkloadLeft() throws Exception {
        startAgent();
        gateway.offers.add(offer("ln -s /etc/hostname \"$BARECOUNT_OUTPUT/peek\"\n"));

        var report = report();

        assertThat(report.failureClass()).isEqualTo(FailureClass.WORKLOAD_FAILED);
        assertThat(report.reason()).contains("output/peek", "neither a file nor a directory");
        assertThat(storage().resolve("task-outputs")).doesNotExist();
    }

    @Test
    void tellsTheExitCodeAndTheLastWords() throws Exception {
        startAgent();
        gateway.offers.add(offer("echo the column is missing\nexit 3\n"));

        var report = report();

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.failureClass()).isEqualTo(FailureClass.WORKLOAD_FAILED);
        assertThat(report.reason()).isEqualTo("exit code 3: the column is missing");
    }

    @Test
    void endsAWorkloadWithAllItsProcessesAtItsTimeout() throws Exception {
        startAgent();
        var offer = offer(
                "file:workloads/w.sh",
                "sleep 300 & echo $! > \"$BARECOUNT_INPUT_MARKS/child\"; sleep 300\n",
                Duration.ofSeconds(1),
                ANYWHERE);
        gateway.offers.add(offer);

        assertThat(report().failureClass()).isEqualTo(FailureClass.TIMED_OUT);
        awaitGone("child");
    }

    @Test
    void stopsWhatTheGatewayWantsStopped() throws Exception {
        startAgent();
        var offer = offer("echo $$ > \"$BARECOUNT_INPUT_MARKS/shell\"; sleep 300\n");
        gateway.offers.add(offer);
        await().atMost(MOST).until(() -> !pidOf("shell").isEmpty());

        gateway.stop.add(offer.attempt());

        assertThat(report().outcome()).isEqualTo(Outcome.STOPPED);
        awaitGone("shell");
    }

    @Test
    void adoptsWhatRanWhileItWasKilledAndStartsItNoSecondTime() throws Exception {
        var agent = startAgent();
        gateway.offers.add(offer("echo begun >> \"$BARECOUNT_INPUT_MARKS/begun\"\n"
                + "while [ ! -e \"$BARECOUNT_INPUT_MARKS/go\" ]; do sleep 0.05; done\n"));
        await().atMost(MOST).until(() -> Files.exists(marks().resolve("begun")));
        agent.destroyForcibly().waitFor();

        startAgent();
        Files.createFile(marks().resolve("go"));

        assertThat(report().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(marks().resolve("begun")).hasContent("begun");
        assertThat(gateway.reports).isEmpty();
    }

    @Test
    void reportsWhatEndedWhileItWasKilled() throws Exception {
        var agent = startAgent();
        gateway.offers.add(offer("touch \"$BARECOUNT_INPUT_MARKS/begun\"\n"
                + "while [ ! -e \"$BARECOUNT_INPUT_MARKS/go\" ]; do sleep 0.05; done\n"
                + "exit 4\n"));
        await().atMost(MOST).until(() -> Files.exists(marks().resolve("begun")));
        agent.destroyForcibly().waitFor();
        var pid = journal().entries().get(0).launched().pid();
        Files.createFile(marks().resolve("go"));
        await().atMost(MOST).until(() -> ProcessHandle.of(pid).isEmpty());

        startAgent();

        assertThat(report().exitCode()).isEqualTo(4);
    }

    @Test
    void endsWhatWasLaunchedUnknownToIt() throws Exception {
        var offer = offer("true\n");
        journal()
                .write(Entry.claiming(offer, "claim-1")
                        .launching(new Launched(
                                Clock.systemUTC().instant(), null, null, Map.of("network", "host"), false, Map.of())));
        var stray = new ProcessBuilder("sleep", "300");
        stray.environment().put(Processes.MARK, offer.attempt().toString());
        var process = stray.start();
        try {
            startAgent();

            assertThat(report())
                    .returns(FailureClass.INTERRUPTED, Report::failureClass)
                    .returns("claim-1", Report::claimId);
            assertThat(process.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void leavesNothingRunningWhenItIsEnded() throws Exception {
        var agent = startAgent();
        gateway.offers.add(offer("echo $$ > \"$BARECOUNT_INPUT_MARKS/shell\"; sleep 300\n"));
        await().atMost(MOST).until(() -> !pidOf("shell").isEmpty());

        agent.destroy();

        assertThat(agent.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(report())
                .returns(FailureClass.INTERRUPTED, Report::failureClass)
                .returns("stopped with its agent", Report::reason);
        awaitGone("shell");
    }

    @Test
    void endsItsWorkloadsBeforeTheGatewayTakesThemForLost() throws Exception {
        gateway.lease = Duration.ofSeconds(16);
        startAgent();
        gateway.offers.add(offer("echo $$ > \"$BARECOUNT_INPUT_MARKS/shell\"; sleep 300\n"));
        await().atMost(MOST).until(() -> !pidOf("shell").isEmpty());

        gateway.away = true;
        awaitGone("shell");
        gateway.away = false;

        assertThat(report().reason()).contains("cut off from the gateway");
    }

    @Test
    void givesAWorkloadThatMayReachNobodyANetworkOfItsOwn() throws Exception {
        assumeTrue(canIsolate(), "skipped: this machine does not let a process have a network of its own");
        startAgent();
        gateway.offers.add(offer("file:workloads/w.sh", "cat /proc/net/dev\n", Duration.ofMinutes(1), List.of()));

        var report = report();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.networkApplied()).isEqualTo("own network namespace");
        assertThat(report.networkObserved())
                .startsWith("interfaces seen by the workload: [lo]; ")
                .endsWith(" sends had no way out");
    }

    @Test
    void aWorkloadReachesWhomItsBoundaryAllowsAndNobodyElse() throws Exception {
        assumeTrue(canIsolate(), "skipped: this machine does not let a process have a network of its own");
        startAgent();
        try (var allowed = new Greeter();
                var forbidden = new Greeter()) {
            var host = InetAddress.getLocalHost().getHostName();
            var script = """
                try() { timeout 5 bash -c "exec 3<>/dev/tcp/$1/$2 && echo me >&3 && head -n 1 <&3" >> "$BARECOUNT_INPUT_MARKS/$3" 2>/dev/null; }
                try 127.0.0.1 %1$d by-address; try %3$s %1$d by-name
                try 127.0.0.1 %2$d other-port; try 192.0.2.1 443 other-address; try other.example.com 443 other-name
                try 192.0.2.1 %1$d allowed-port; try ::1 %2$d six; echo udp > /dev/udp/192.0.2.1/514
                """.formatted(allowed.port(), forbidden.port(), host);
            gateway.offers.add(offer(
                    "file:workloads/w.sh",
                    "cat > try.bash <<'EOF'\n" + script + "EOF\nbash try.bash\n",
                    Duration.ofMinutes(1),
                    List.of("127.0.0.1:" + allowed.port(), host + ":" + allowed.port())));

            var report = report();

            assertThat(report.outcome()).as(report.reason()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(marks().resolve("by-address")).hasContent("hello me");
            assertThat(marks().resolve("by-name")).hasContent("hello me");
            for (var other : List.of("other-port", "other-address", "other-name", "allowed-port", "six")) {
                assertThat(marks().resolve(other)).as(other).isEmptyFile();
            }
            assertThat(forbidden.greeted()).isZero();
            assertThat(report.networkApplied()).contains("own network namespace, egress to", "only");
            assertThat(report.networkObserved())
                    .contains("reached: 127.0.0.1:" + allowed.port() + " (1 times, 3 bytes out, 9 in)")
                    .contains("other.example.com:443 (1 times)", "192.0.2.1:443 (1 times)")
                    .doesNotContain("; 0 connections to nobody");
        }
    }

    /** Answers each line with a greeting. */
    private static final class Greeter implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0);
        private final AtomicInteger greeted = new AtomicInteger();

        Greeter() throws IOException {
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (var client = server.accept()) {
                        greeted.incrementAndGet();
                        var line = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8)).readLine();
                        client.getOutputStream().write(("hello " + line + "\n").getBytes(UTF_8));
                    } catch (IOException e) {
                        // closed
                    }
                }
            });
        }

        int port() {
            return server.getLocalPort();
        }

        int greeted() {
            return greeted.get();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private Path storage() {
        return directory.resolve("storage");
    }

    private Path secrets() {
        return directory.resolve("secrets");
    }

    /** What the agents print. */
    private Path said() {
        return directory.resolve("said.txt");
    }

    private Path secret(String name, String value, String permissions) throws IOException {
        var file = Files.writeString(Files.createDirectories(secrets()).resolve(name), value);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private Path marks() {
        return storage().resolve("marks");
    }

    private Journal journal() throws IOException {
        return new Journal(directory.resolve("agent/claims"));
    }

    /** Empty until the workload has written it. */
    private List<ProcessHandle> pidOf(String mark) throws IOException {
        var file = marks().resolve(mark);
        if (!Files.exists(file)) {
            return List.of();
        }
        var text = Files.readString(file).strip();
        return text.isEmpty()
                ? List.of()
                : ProcessHandle.of(Long.parseLong(text)).stream().toList();
    }

    /** Whoever reaps an orphan may take a moment. */
    private void awaitGone(String mark) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(pidOf(mark)).noneMatch(ProcessHandle::isAlive));
    }

    private Report report() throws InterruptedException {
        var report = gateway.reports.poll(MOST.toSeconds(), TimeUnit.SECONDS);
        assertThat(report).as("a report within " + MOST).isNotNull();
        return report;
    }

    private Process startAgent() throws IOException {
        return startAgent(Map.of("BARECOUNT_AGENT_CGROUP", CGROUP));
    }

    private Process startAgent(Map<String, String> settings) throws IOException {
        var token = Files.writeString(directory.resolve("token"), "bce_a-token\n");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Agent.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(said().toFile()));
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("BARECOUNT_AGENT_ID", "agent-1"),
                        Map.entry("BARECOUNT_AGENT_GATEWAY", gateway.address() + "/"),
                        Map.entry(
                                "BARECOUNT_AGENT_DATA",
                                directory.resolve("agent").toString()),
                        Map.entry("BARECOUNT_AGENT_TOKEN_FILE", token.toString()),
                        Map.entry("BARECOUNT_AGENT_STORAGE", storage().toString()),
                        Map.entry("BARECOUNT_AGENT_SECRETS", secrets().toString()),
                        Map.entry("BARECOUNT_AGENT_SLOTS", "2"),
                        Map.entry("BARECOUNT_AGENT_HEALTH_PORT", "0"),
                        Map.entry("BARECOUNT_AGENT_EGRESS", canIsolate() ? "enforce" : "record")));
        builder.environment().putAll(settings);
        var agent = builder.start();
        agents.add(agent);
        return agent;
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

    private Offer offer(String script) throws IOException {
        return offer("file:workloads/w.sh", script, Duration.ofMinutes(2), ANYWHERE);
    }

    private Offer offer(String script, Manifest.OnPrem limits) throws IOException {
        return new Offers(storage())
                .offer("file:workloads/w.sh", script, Duration.ofMinutes(2), ANYWHERE, limits, Map.of());
    }

    private Offer offer(String script, Map<String, String> secrets) throws IOException {
        return new Offers(storage())
                .offer(
                        "file:workloads/w.sh",
                        script,
                        Duration.ofMinutes(2),
                        ANYWHERE,
                        new Manifest.OnPrem(1, 256),
                        secrets);
    }

    private Offer offer(String uri, String script, Duration timeout, List<String> egress) throws IOException {
        return new Offers(storage()).offer(uri, script, timeout, egress);
    }
}
