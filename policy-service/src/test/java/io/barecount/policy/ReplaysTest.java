package io.barecount.policy;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.draft;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Classification;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.submission.Door;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.documents.DocumentFiles;
import io.barecount.policy.version.Version;
import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Kept decisions are made again, in a real database. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(GovernanceOnDisk.class)
class ReplaysTest {
    /** {@code -Dbarecount.replays=100000} is the campaign: no two of these decisions are of one manifest. */
    private static final int DECISIONS = Integer.getInteger("barecount.replays", 300);

    private static final int CAMPAIGN = 100_000;

    private static final Duration CAMPAIGN_MAX = Duration.ofSeconds(10);

    private static final String NO_LAMBDA = """
            apiVersion: barecount.io/v1
            kind: PolicySet
            metadata: {name: candidate}
            spec:
              rules:
                - id: no-lambda
                  owner: platform
                  rationale: for the test
                  level: deny
                  condition: runner != 'lambda'
                  path: /spec/runner/type
                  message: "'Lambda is not used here.'"
                  found: runner
                  allowed: "'another runner'"
                  tests:
                    - {name: on glue, base: glue, expect: passes}
                    - {name: on lambda, expect: fires, level: deny, found: lambda, allowed: another runner}
            """;

    @Inject
    LiveGovernance live;

    @Inject
    AgroalDataSource database;

    @Test
    void whatDecidedSaysTheSameAgainAndACandidateTellsWhatItWouldChange() throws SQLException {
        var namespace = "replay-" + UUID.randomUUID();
        var onLambda = decideAndStore(namespace);

        var worked = workersCpuNanos();
        var started = System.nanoTime();
        var same = report(Map.of("files", files(Map.of()), "namespace", namespace));
        var took = Duration.ofNanos(System.nanoTime() - started);

        System.out.printf(
                "replay: %,d decisions in %d ms, %,.0f/s, %.0f us of the workers' processor time each%n",
                DECISIONS,
                took.toMillis(),
                DECISIONS * 1e9 / took.toNanos(),
                (workersCpuNanos() - worked) / 1e3 / DECISIONS);
        assertThat(same.path("decisions").asInt()).isEqualTo(DECISIONS);
        assertThat(same.path("same").asInt()).isEqualTo(DECISIONS);
        assertThat(same.path("moves")).isEmpty();
        assertThat(same.path("unknown")).isEmpty();
        if (DECISIONS == CAMPAIGN) {
            assertThat(took).isLessThan(CAMPAIGN_MAX);
        }

        var denied =
                report(Map.of("files", files(Map.of("policies/candidate.yaml", NO_LAMBDA)), "namespace", namespace));

        assertThat(denied.path("decisions").asInt()).isEqualTo(DECISIONS);
        assertThat(denied.at("/rules/0/rule").asText()).isEqualTo("no-lambda");
        assertThat(denied.at("/rules/0/speaks").asInt()).isEqualTo(onLambda);
        assertThat(denied.path("same").asInt()).isEqualTo(DECISIONS - onLambda);
        assertThat(denied.at("/people/0/namespace").asText()).isEqualTo(namespace);
        assertThat(denied.at("/differences/0/speak/0").asText()).isEqualTo("no-lambda");
    }

    @Test
    void documentsThatCantDecideAreRefusedWithFileAndReason() {
        given().body(Json.text(Map.of(
                        "files", files(Map.of("policies/candidate.yaml", NO_LAMBDA.replace("runner !=", "runer !="))))))
                .post("/policies/replays")
                .then()
                .statusCode(422)
                .body("type", equalTo("urn:barecount:problem:documents-refused"))
                .body("errors[0]", containsString("policies/candidate.yaml"))
                .body("errors[0]", containsString("runer"));
        given().body("{\"version\": \"sha256:000000\"}")
                .post("/policies/replays")
                .then()
                .statusCode(404)
                .body("type", equalTo("urn:barecount:problem:no-version"));
        given().body("{\"files\": {\"../etc/passwd\": \"x\"}}")
                .post("/policies/replays")
                .then()
                .statusCode(422);
        given().body("{}").post("/policies/replays").then().statusCode(400);
    }

    @Test
    void aStoredVersionIsReplayedByItsName() {
        var version = Version.of(live.now()).digest().toString();
        var report = report(Map.of("version", version.substring(0, 20), "namespace", "nobody", "since", "30d"));

        assertThat(report.path("policySet").asText())
                .isEqualTo(live.now().rules().digest().toString());
        assertThat(report.path("decisions").asInt()).isZero();
    }

    private static long workersCpuNanos() {
        var threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("replay-"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    private static JsonNode report(Map<String, Object> asked) {
        var lines = given().body(Json.text(asked))
                .post("/policies/replays")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .map(line -> Json.read(line, JsonNode.class))
                .toList();
        assertThat(lines.get(0).has("progress")).isTrue();
        return lines.get(lines.size() - 1).path("report");
    }

    private static Map<String, String> files(Map<String, String> more) {
        var files = new HashMap<String, String>(
                DocumentFiles.in(Samples.EXAMPLES.resolve("governance")).texts());
        files.putAll(more);
        return files;
    }

    /** @return how many of them are on Lambda */
    private int decideAndStore(String namespace) throws SQLException {
        var random = new SplittableRandom(20260701);
        var governance = live.now();
        var onLambda = 0;
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(
                        "insert into decisions (id, version, traceparent, state, updated_at,"
                                + " namespace, pipeline, outcome, decided_at) values (?, 1, '', ?::jsonb, now(), ?, ?, ?, ?)")) {
            for (var i = 0; i < DECISIONS; i++) {
                var manifest = manifest(namespace, i, random);
                onLambda += manifest.spec().runner().type() == RunnerType.LAMBDA ? 1 : 0;
                var state = decided(governance, manifest, "person-" + i % 50, NOON.plusSeconds(i));
                insert.setString(1, state.run().toString());
                insert.setString(2, Json.text(state, DecisionState.class));
                insert.setString(3, namespace);
                insert.setString(4, state.pipeline());
                insert.setString(5, DecisionState.outcome(state));
                insert.setObject(6, OffsetDateTime.ofInstant(state.at(), ZoneOffset.UTC));
                insert.addBatch();
                if (i % 500 == 499) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
        }
        return onLambda;
    }

    private static DecisionState decided(Governance governance, Manifest manifest, String submitter, Instant at) {
        var run = new RunId(UUID.randomUUID());
        var accepted = new ManifestEvent.Accepted(run, Samples.spec(manifest), Door.HTTP, submitter, at);
        return DecisionState.decide(null, new DecisionInput.Accepted(accepted), at, governance)
                .state();
    }

    /** Of every kind that there is: what passes, and what is denied for one reason or several. */
    private static Manifest manifest(String namespace, int number, SplittableRandom random) {
        var runners = List.of(
                Samples.lambda(512 + number % 1024),
                Samples.fargate(256, 512),
                Samples.ec2("t3.medium", 2048),
                Samples.glue(Manifest.GlueWorker.G_1X, 2));
        var draft = draft().of(namespace)
                .on(runners.get(random.nextInt(runners.size())))
                .classified(Classification.values()[random.nextInt(Classification.values().length)])
                .taking(Duration.ofSeconds(10 + random.nextInt(900)), Duration.ofSeconds(1000 + number))
                .labelled(Map.of("number", String.valueOf(number)));
        return random.nextInt(10) == 0 ? draft.residing("us-east-1").manifest() : draft.manifest();
    }
}
