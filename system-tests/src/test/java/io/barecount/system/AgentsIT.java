package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.embedded.platform.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Agents on premises: through an air gap, and while they are killed, paused and copied. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgentsIT {
    /** How many times an agent is hurt: few in the ordinary tests, hundreds in a campaign. */
    private static final int ROUNDS = Integer.getInteger("barecount.agent-rounds", 4);

    private static final int AGENTS = Integer.getInteger("barecount.agents", 2);
    private static final long SEED = Long.getLong("barecount.seed", 1);
    private static final Duration LEASE = Duration.ofSeconds(8);
    private static final int TASKS = 12;
    private static final Set<String> ENDED = Set.of("succeeded", "failed", "cancelled", "denied", "rejected");

    /** Says when it works, so that two at work on one task at once can be seen. */
    private static final String WORKLOAD = """
            say() { read now rest < /proc/uptime; echo "$BARECOUNT_ATTEMPT $$ $now $1" >> "$BARECOUNT_INPUT_MARKS/said"; }
            say begin
            for beat in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 0.2; say beat; done
            say end
            """;

    @TempDir
    static Path directory;

    private static DataDirectory data;
    private static RunningPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        data = new DataDirectory(directory.resolve("data"));
        platform = RunningPlatform.start(data, directory, Map.of("BARECOUNT_GATEWAY_AGENT_LEASE", LEASE.toString()));
        Files.createDirectories(data.storage().resolve("marks"));
        Files.writeString(data.storage().resolve("workloads/say.sh"), WORKLOAD);
        barecount("agent", "drain", "local-agent");
    }

    @AfterAll
    static void stop() throws Exception {
        if (platform != null) {
            platform.stop();
        }
    }

    @Test
    @Order(1)
    void workGoesThroughAnAirGapAndItsProofIsComplete() throws Exception {
        var agent = List.of(
                "--agent",
                "plant",
                "--agent-data",
                directory.resolve("plant").toString(),
                "--storage",
                data.storage().toString());
        barecount(withOptions(
                agent,
                "airgap",
                "init",
                "--gateway-key",
                data.keys().resolve("evidence.pub.pem").toString()));
        barecount(
                "agent",
                "register",
                "plant",
                "--air-gap",
                "--boundary",
                "factory",
                "--key",
                directory.resolve("plant/agent.pub.pem").toString());
        barecount("agent", "resume", "local-agent");
        var run = submit(Launcher.home().resolve("examples/manifests/plant-quality.yaml"));
        var bundle = directory.resolve("bundle.zip").toString();
        await().atMost(RunningPlatform.PATIENCE)
                .until(() -> launch("airgap", "export", "--agent", "plant", "-o", bundle)
                                .exitCode()
                        == 0);
        var results = directory.resolve("results.zip").toString();
        barecount(withOptions(agent, "airgap", "run", bundle, "-o", results));

        assertThat(barecount("airgap", "import", results)).contains("recorded");
        assertThat(barecount("airgap", "import", results)).contains("known");

        assertThat(end(run)).isEqualTo("succeeded");
        var proof = directory.resolve("proof.json").toString();
        await().atMost(RunningPlatform.PATIENCE)
                .until(() -> launch("ledger", "proof", run, "-o", proof).exitCode() == 0
                        && launch("verify", proof).exitCode() == 0);
        assertThat(Files.readString(data.storage().resolve("results/plant-quality.md")))
                .isNotEmpty();
        barecount("agent", "revoke", "plant", "--reason", "the test is over");
        barecount("agent", "drain", "local-agent");
    }

    @Test
    @Order(2)
    void noAttemptIsExecutedTwiceNorTwoOfATaskAtOnceWhateverBecomesOfAgents() throws Exception {
        var gateway = platform.state().processes().stream()
                .filter(one -> one.name().equals("runner-gateway"))
                .findFirst()
                .orElseThrow()
                .address();
        var left = new AtomicInteger(ROUNDS);
        var counts = new TreeMap<String, Integer>();
        var runs = new ArrayList<String>();
        var agents = new ArrayList<AgentProcess>();
        for (var i = 0; i < AGENTS; i++) {
            var token = barecount("agent", "token", "--name", "machine-" + i).strip();
            agents.add(AgentProcess.enrol(data, gateway, "machine-" + i, directory.resolve("machine-" + i), token));
        }
        try (var pool = Executors.newFixedThreadPool(AGENTS)) {
            var hurting = new ArrayList<Future<Void>>();
            for (var i = 0; i < AGENTS; i++) {
                var agent = agents.get(i);
                var random = new Random(SEED + i);
                hurting.add(pool.submit((Callable<Void>) () -> {
                    for (var round = left.getAndDecrement(); round > 0; round = left.getAndDecrement()) {
                        var what = hurt(agent, round, random);
                        synchronized (counts) {
                            counts.merge(what, 1, Integer::sum);
                            Files.writeString(directory.resolve("rounds"), counts.toString());
                        }
                    }
                    return null;
                }));
            }
            var manifest = manifest();
            while (hurting.stream().anyMatch(one -> !one.isDone())) {
                runs.add(submit(manifest));
                var latest = runs.get(runs.size() - 1);
                await().atMost(Duration.ofMinutes(10))
                        .until(() -> ENDED.contains(state(latest))
                                || hurting.stream().allMatch(Future::isDone));
            }
            for (var one : hurting) {
                one.get();
            }
            for (var run : runs) {
                assertThat(end(run)).isIn("succeeded", "failed");
            }
        } finally {
            for (var agent : agents) {
                agent.kill();
            }
        }
        check(counts, runs);
    }

    /** What was done to it; when this returns it is at work again. */
    private static String hurt(AgentProcess agent, int round, Random random) throws Exception {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(3000));
        var beyond = LEASE.toMillis() + 2000 + random.nextInt(1000);
        switch (round % 6) {
            case 0, 1, 5 -> {
                agent.kill();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
                agent.startAgain();
                return "killed";
            }
            case 2 -> {
                agent.kill();
                TimeUnit.MILLISECONDS.sleep(beyond);
                agent.startAgain();
                return "killed and away for longer than its lease";
            }
            case 3 -> {
                agent.pause();
                TimeUnit.MILLISECONDS.sleep(beyond);
                agent.go();
                return "paused for longer than its lease";
            }
            default -> {
                var copy =
                        agent.copy(Files.createTempDirectory(directory, "copy").resolve("agent"));
                copy.start();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(2000));
                var session = agent.session();
                agent.pause();
                await().atMost(Duration.ofMinutes(2)).until(() -> agent.session() > session);
                agent.go();
                await().atMost(Duration.ofMinutes(2)).until(() -> !agent.isAlive());
                agent.become(copy);
                return "copied, and paused until the copy had taken over";
            }
        }
    }

    private static void check(Map<String, Integer> counts, List<String> runs) throws Exception {
        record Span(String attempt, double from, double to) {}
        var begun = new HashMap<String, Set<String>>();
        var spans = new HashMap<String, Map<String, Span>>();
        var ends = 0;
        for (var line : Files.readAllLines(data.storage().resolve("marks/said"))) {
            var words = line.split(" ");
            var attempt = words[0];
            var at = Double.parseDouble(words[2]);
            if (words[3].equals("begin")) {
                begun.computeIfAbsent(attempt, a -> new HashSet<>()).add(words[1] + "@" + words[2]);
            }
            ends += words[3].equals("end") ? 1 : 0;
            spans.computeIfAbsent(attempt.replaceFirst("/[0-9]+$", ""), t -> new TreeMap<>())
                    .merge(
                            attempt,
                            new Span(attempt, at, at),
                            (a, b) -> new Span(attempt, Math.min(a.from, b.from), Math.max(a.to, b.to)));
        }
        System.out.println("agents hurt: " + counts + "; runs: " + runs.size() + ", attempts begun: " + begun.size()
                + ", ended by themselves: " + ends);
        assertThat(begun)
                .isNotEmpty()
                .allSatisfy((attempt, times) -> assertThat(times).as(attempt).hasSize(1));
        spans.values().forEach(ofTask -> {
            var inOrder = ofTask.values().stream()
                    .sorted((a, b) -> Double.compare(a.from, b.from))
                    .toList();
            for (var i = 1; i < inOrder.size(); i++) {
                assertThat(inOrder.get(i).from)
                        .as(inOrder.get(i - 1) + " and " + inOrder.get(i))
                        .isGreaterThan(inOrder.get(i - 1).to);
            }
        });
    }

    private static Path manifest() throws IOException {
        var text = Files.readString(Launcher.home().resolve("examples/manifests/plant-quality.yaml"))
                .replace("name: plant-quality", "name: say")
                .replace("name: measurements", "name: marks")
                .replace("file:quality/stackloss.csv", "file:marks")
                .replace("file:workloads/PlantQuality.java", "file:workloads/say.sh")
                .replaceAll("sha256:[0-9a-f]{64}", Digest.of(WORKLOAD).toString())
                .replace("runtime: java-21", "runtime: shell")
                .replace("    entryPoint: PlantQuality\n", "")
                .replaceAll("(?s)    outputs:.*?(?=  workload:)", "")
                .replaceAll("(?s)    parameters:.*?(?=  runner:)", "")
                .replace("      max: 2", "      max: 5\n      \"on\": [interrupted, not-started, lost-track]")
                .replace("  execution:", "  batch:\n    slices: [" + slices() + "]\n    parallelism: 4\n  execution:");
        return Files.writeString(directory.resolve("say.yaml"), text);
    }

    private static String slices() {
        var slices = new ArrayList<String>();
        for (var i = 0; i < TASKS; i++) {
            slices.add("s" + i);
        }
        return String.join(", ", slices);
    }

    private static String submit(Path manifest) throws Exception {
        var line = barecount("submit", manifest.toString());
        var id = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").matcher(line);
        assertThat(id.find()).as(line).isTrue();
        return id.group();
    }

    private static String end(String run) {
        return await().atMost(RunningPlatform.PATIENCE).until(() -> state(run), ENDED::contains);
    }

    private static String state(String run) throws Exception {
        var answer = launch("runs", run, "--json");
        return answer.exitCode() == 0
                ? Json.read(answer.output(), JsonNode.class).path("state").asText()
                : "";
    }

    private static String[] withOptions(List<String> options, String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(options);
        return all.toArray(String[]::new);
    }

    private static String barecount(String... arguments) throws Exception {
        var result = launch(arguments);
        assertThat(result.exitCode())
                .as(String.join(" ", arguments) + ": " + result.errors())
                .isZero();
        return result.output();
    }

    /** On this platform, where the command speaks to one. */
    private static Launcher.Result launch(String... arguments) throws Exception {
        var all = new ArrayList<>(List.of(arguments));
        if (!arguments[0].equals("airgap") || !Set.of("init", "run").contains(arguments[1])) {
            all.addAll(List.of("--data", data.root().toString()));
        }
        return Launcher.run(directory, RunningPlatform.PATIENCE, all.toArray(String[]::new));
    }
}
