package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.proof.Digest;
import io.barecount.embedded.platform.DataDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The whole platform on every kind of runner: AWS's by the provider oracle, which executes what it accepts, and the agent. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunnersIT {
    private static final Duration MOST = Duration.ofMinutes(8);
    private static final YAMLMapper YAML = new YAMLMapper();

    /** A size of each that both examples fit in. */
    private static final Map<String, String> RUNNERS = Map.of(
            "lambda", "{memoryMiB: 512, architecture: x86_64}",
            "fargate", "{cpu: 256, memoryMiB: 512}",
            "glue", "{workerType: G.1X, workers: 2}",
            "ec2", "{instanceType: t3.micro, memoryMiB: 512}",
            "onprem", "{cpu: 1, memoryMiB: 256}");

    private static final List<String> CLOUD = List.of("lambda", "fargate", "glue", "ec2");

    @TempDir
    static Path directory;

    private static final Ambush AMBUSH = new Ambush();
    private static final System.Logger LOG = System.getLogger(RunnersIT.class.getName());
    private static DataDirectory data;
    private static OracleAws aws;
    private static RunningPlatform platform;
    private static FrontDoor door;

    @BeforeAll
    static void start() throws Exception {
        data = new DataDirectory(directory.resolve("data"));
        aws = OracleAws.start(data, directory, AMBUSH);
        platform = RunningPlatform.start(data, directory, aws.settings(), "--aws-endpoint", aws.endpoint());
        door = new FrontDoor(platform.state().frontDoor());
    }

    @AfterAll
    static void stop() throws Exception {
        if (platform != null) {
            platform.stop();
        }
        if (aws != null) {
            aws.close();
        }
    }

    @Test
    @Order(1)
    void theExamplesGiveTheSameOutputOnEveryRunner() throws Exception {
        var transforms = new LinkedHashMap<String, String>();
        var intakes = new LinkedHashMap<String, String>();
        for (var type : RUNNERS.keySet()) {
            transforms.put(type, door.submit(transform(type)));
            intakes.put(type, order(type));
        }

        var growth = Files.readString(Launcher.home().resolve("examples/expected/gdp-growth.csv"));
        for (var type : RUNNERS.keySet()) {
            assertSucceeded(type, transforms.get(type));
            assertSucceeded(type, intakes.get(type));
        }
        for (var type : RUNNERS.keySet()) {
            assertThat(stored(type, growthOf(type))).as(type).isEqualTo(growth);
            assertThat(stored(type, "task-outputs/" + intakes.get(type) + "/0/order.csv"))
                    .as(type)
                    .isEqualTo(stored("lambda", "task-outputs/" + intakes.get("lambda") + "/0/order.csv"))
                    .contains("A-1,EUR");
        }
    }

    private static void assertSucceeded(String type, String run) {
        var record = door.awaitEnd(run, MOST);
        assertThat(record.path("state").asText()).as(type + " " + record).isEqualTo("succeeded");
        assertThat(record.path("runner").asText()).as("%s", record).isEqualTo(type);
    }

    private static ObjectNode transform(String type) throws IOException {
        var manifest = example("gdp-transform", type, "sap-hana", "privatelink");
        ((ObjectNode) manifest.at("/spec/data/outputs/0")).put("uri", "file:" + growthOf(type));
        return manifest;
    }

    private static String growthOf(String type) {
        return "results/gdp-growth-" + type + ".csv";
    }

    private static String order(String type) throws Exception {
        var manifest = example("orders-webhook", type, "commerce-core", "vpc-peering");
        ((ObjectNode) manifest.at("/spec/triggers/0/webhook")).put("name", "orders-" + type);
        ((ObjectNode) manifest.at("/spec/execution")).put("timeout", "PT5M");
        door.register(manifest);
        var payload = Files.readString(Launcher.home().resolve("examples/payloads/order.json"))
                .replaceFirst("\"orderId\"\\s*:\\s*\"[^\"]*\"", "\"orderId\": \"A-1\"");
        var secret = Files.readString(data.secrets().resolve("orders-webhook")).strip();
        return door.deliver(
                manifest.at("/metadata/namespace").asText(), "orders-" + type, "order-" + type, secret, payload);
    }

    /** The example on another runner; what policy would call trivial there is said to take longer and to be worth it. */
    private static ObjectNode example(String name, String type, String boundary, String model) throws IOException {
        var manifest = (ObjectNode) YAML.readTree(
                Launcher.home().resolve("examples/manifests/" + name + ".yaml").toFile());
        ((ObjectNode) manifest.path("metadata")).put("name", name + "-" + type);
        place(manifest, type, boundary, model);
        ((ObjectNode) manifest.at("/spec/cost")).put("expectedRuntime", "PT2M");
        ((ObjectNode) manifest.at("/spec/cost/maxPerRun")).put("amount", "20.00");
        return manifest;
    }

    private static void place(ObjectNode manifest, String type, String boundary, String model) throws IOException {
        var spec = (ObjectNode) manifest.path("spec");
        var scaling = spec.path("runner").get("scaling");
        var runner = spec.putObject("runner").put("type", type);
        runner.set(type, YAML.readTree(RUNNERS.get(type)));
        if (scaling != null) {
            runner.set("scaling", scaling);
        }
        spec.putObject("network")
                .put("model", type.equals("onprem") ? "onprem" : model)
                .put("boundary", type.equals("onprem") ? "factory" : boundary);
    }

    private static String stored(String type, String path) throws Exception {
        return type.equals("onprem") ? Files.readString(data.storage().resolve(path)) : aws.stored(path);
    }

    /** Killed with a start of every provider at each step; {@code -Dbarecount.step-kills=20} for a campaign. */
    @Test
    @Order(2)
    void aGatewayThatIsKilledAtAnyStepStartsNothingTwice() throws Exception {
        var marks = Files.createDirectory(directory.resolve("marks"));
        var script = "touch '" + marks + "/begun-'$BARECOUNT_PARAM_MARK-$$; sleep 1; touch '" + marks
                + "/done-'$BARECOUNT_PARAM_MARK-$$\n";
        var digest = Digest.of(script);
        aws.put("workloads/marks-" + digest.hex() + ".sh", script.getBytes(StandardCharsets.UTF_8));
        AMBUSH.faults(aws.oracle.faults());
        var jobs = new ArrayList<Job>();
        var hits = new EnumMap<DispatchStep, Integer>(DispatchStep.class);
        for (var round = 0; round < Integer.getInteger("barecount.step-kills", 1); round++) {
            for (var step : DispatchStep.values()) {
                AMBUSH.lay(step);
                var those = new ArrayList<Job>();
                for (var type : CLOUD) {
                    var mark = type + "-" + step + "-" + round;
                    those.add(new Job(type, step, mark, door.submit(marking(type, digest, mark))));
                }
                jobs.addAll(those);
                hits.merge(step, killAt(step, marks, those), Integer::sum);
            }
        }

        var ends = new TreeMap<String, Integer>();
        for (var job : jobs) {
            var record = door.awaitEnd(job.run, MOST);
            var state = record.path("state").asText();
            var reason = record.path("reason").asText();
            ends.merge(
                    job.type + " " + job.step + ": " + state + (reason.isEmpty() ? "" : ", " + reason),
                    1,
                    Integer::sum);
            assertThat(count(marks, "begun-" + job.mark + "-"))
                    .as("executions of " + job + ": " + record)
                    .isEqualTo(state.equals("succeeded") ? 1 : count(marks, "done-" + job.mark + "-"))
                    .isLessThanOrEqualTo(1);
            if (Set.of("fargate", "ec2").contains(job.type)) {
                assertThat(state).as(job + ": " + record).isEqualTo("succeeded");
            }
        }
        LOG.log(
                System.Logger.Level.INFO,
                "caught {0}, ended {1}",
                hits,
                String.join(
                        "\n",
                        ends.entrySet().stream()
                                .map(end -> end.getValue() + " x " + end.getKey())
                                .toList()));
        assertThat(aws.startsByAttempt())
                .isNotEmpty()
                .allSatisfy((attempt, starts) -> assertThat(starts).as(attempt).isOne());
    }

    private record Job(String type, DispatchStep step, String mark, String run) {}

    /** How many of the starts had come to that step. */
    private static int killAt(DispatchStep step, Path marks, List<Job> jobs) throws Exception {
        var gateway = platform.pid("runner-gateway");
        Runnable kill = () -> ProcessHandle.of(gateway).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
        int hit;
        if (step.moment != null) {
            hit = AMBUSH.spring(kill);
        } else {
            var sign = step == DispatchStep.WORKING ? "begun-" : "done-";
            await().atMost(MOST).pollInterval(Duration.ofMillis(5)).until(() -> marked(marks, sign, jobs) > 0);
            hit = marked(marks, sign, jobs);
            kill.run();
        }
        platform.awaitAgain("runner-gateway", gateway);
        return hit;
    }

    private static int marked(Path marks, String sign, List<Job> jobs) {
        return (int) jobs.stream()
                .filter(job -> count(marks, sign + job.mark + "-") > 0)
                .count();
    }

    private static int count(Path marks, String prefix) {
        return (int) Stream.of(marks.toFile().list())
                .filter(name -> name.startsWith(prefix))
                .count();
    }

    /**
     * Long enough, where time costs, to be no trivial job; short on Lambda, where an answer that was lost is awaited for as long as the
     * function may run.
     */
    private static ObjectNode marking(String type, Digest digest, String mark) throws IOException {
        var seconds = type.equals("lambda") ? 15 : 65;
        var manifest = (ObjectNode) YAML.readTree("""
                apiVersion: barecount.io/v1
                kind: Pipeline
                metadata: {name: marking, namespace: finance}
                spec:
                  owner: {team: finance, contact: finance@example.com, costCenter: "1"}
                  data: {classification: confidential, residency: [eu-central-1]}
                  workload:
                    artifact: {uri: "file:workloads/marks-%s.sh", digest: "%s"}
                    runtime: shell
                    parameters: {mark: "%s"}
                  execution: {timeout: PT%dS}
                  cost: {expectedRuntime: PT%dS}
                """.formatted(digest.hex(), digest, mark, seconds + 5, seconds));
        place(manifest, type, "sap-hana", "privatelink");
        return manifest;
    }
}
