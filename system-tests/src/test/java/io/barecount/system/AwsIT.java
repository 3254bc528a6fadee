package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole platform on an emulator of AWS, which really executes Lambda functions and Glue scripts. Fargate and EC2, whose workloads
 * it does not execute, are shown in runner-gateway's RunnerConformanceTest.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AwsIT {
    private static final String ATTEMPT = "--BARECOUNT_ATTEMPT";
    private static final Set<String> ENDED = Set.of("succeeded", "failed", "cancelled", "denied", "rejected");

    @TempDir
    static Path directory;

    private static DataDirectory data;
    private static Emulator emulator;
    private static RunningPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        var log = directory.resolve("emulator.log");
        data = new DataDirectory(directory.resolve("data"));
        emulator = Emulator.start(data.root(), log).orElse(null);
        if (emulator == null) {
            abort("no emulator of AWS can be had on this machine: " + Files.readString(log));
        }
        platform = RunningPlatform.start(data, directory, emulator.settings(), "--aws-endpoint", emulator.endpoint());
    }

    @AfterAll
    static void stop() throws Exception {
        if (platform != null) {
            platform.stop();
        }
        if (emulator != null) {
            emulator.close();
        }
    }

    @Test
    @Order(1)
    void theMainJobComesOutAsItDoesWithoutAws() throws Exception {
        var demo = Launcher.run(
                directory,
                RunningPlatform.PATIENCE,
                "demo",
                "--json",
                "--data",
                data.root().toString());

        assertThat(demo.exitCode()).as(demo.errors() + demo.output()).isZero();
        var runs = Json.read(demo.output(), JsonNode.class).path("runs");
        var providers = new HashMap<String, String>();
        runs.forEach(run -> providers.put(
                run.path("name").asText() + " " + run.path("state").asText(),
                run.path("provider").asText()));
        assertThat(providers)
                .containsEntry("gdp-transform succeeded", "aws")
                .containsEntry("orders-webhook succeeded", "aws")
                .containsEntry("plant-quality succeeded", "local")
                .containsKey("tiny-report denied");
        assertThat(emulator.stored("results/gdp-growth.csv"))
                .isEqualTo(Files.readString(Launcher.home().resolve("examples/expected/gdp-growth.csv")));
    }

    /** A start that a kill leaves in doubt is tried again, as the manifest says. {@code -Dbarecount.kills=200} for a campaign. */
    @Test
    @Order(2)
    void aGatewayThatIsKilledAtAnyTimeStartsNoJobRunTwice() throws Exception {
        var random = new SplittableRandom(42);
        var submitted = new ArrayList<String>();
        for (var i = 0; i < Integer.getInteger("barecount.kills", 3); i++) {
            submitted.add(submit("gdp-transform"));
            Thread.sleep(random.nextInt(3000));
            platform.kill("runner-gateway");
        }

        for (var run : submitted) {
            await().atMost(RunningPlatform.PATIENCE)
                    .until(() -> ENDED.contains(record(run).path("state").asText()));
            assertThat(record(run).path("state").asText())
                    .as(record(run).path("reason").asText())
                    .isEqualTo("succeeded");
        }
        var starts = new HashMap<String, Integer>();
        var jobs = Json.read(emulator.glue("GetJobs", "{}"), JsonNode.class).path("Jobs");
        for (var job : jobs) {
            var name = job.path("Name").asText();
            Json.read(emulator.glue("GetJobRuns", "{\"JobName\":\"" + name + "\",\"MaxResults\":200}"), JsonNode.class)
                    .path("JobRuns")
                    .forEach(run ->
                            starts.merge(run.path("Arguments").path(ATTEMPT).asText(), 1, Integer::sum));
        }
        assertThat(starts)
                .isNotEmpty()
                .allSatisfy((attempt, count) -> assertThat(count).as(attempt).isOne());
    }

    private static String submit(String pipeline) throws Exception {
        var submit = Launcher.run(
                directory,
                RunningPlatform.PATIENCE,
                "submit",
                "--data",
                data.root().toString(),
                Launcher.home()
                        .resolve("examples/manifests/" + pipeline + ".yaml")
                        .toString());
        assertThat(submit.exitCode()).as(submit.errors()).isZero();
        return submit.output().strip();
    }

    private static JsonNode record(String run) throws Exception {
        var record = Launcher.run(
                directory,
                RunningPlatform.PATIENCE,
                "runs",
                "--data",
                data.root().toString(),
                run);
        return Json.read(record.output(), JsonNode.class);
    }
}
