package io.barecount.policy;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.ask;
import static io.barecount.policy.Samples.draft;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.stage.Stage;
import io.barecount.policy.documents.DocumentFiles;
import io.barecount.policy.store.Versions;
import io.barecount.policy.version.Version;
import io.barecount.policy.version.VersionsInput;
import io.barecount.policy.version.VersionsState;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What was ever decided from is kept, in a real database. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(GovernanceOnDisk.class)
class VersionsTest {
    @Inject
    LiveGovernance live;

    @Inject
    Versions versions;

    @Inject
    EntityManager entities;

    @Inject
    GovernanceLoading.Loaded documents;

    @Inject
    TransactionSynchronizationRegistry transactions;

    @Inject
    Stage<VersionsState, VersionsInput> stage;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Test
    void whatADecisionWasMadeFromCanBeReadAgainByTheDigestsInItsBasis() {
        var judgement = live.now().judge(ask(draft().manifest()));

        assertThat(versions.boundary(judgement.boundary().digest()))
                .contains(judgement.boundary().boundary());
        assertThat(versions.priceBook(live.now().prices().digest()))
                .contains(live.now().prices().book());
        assertThat(versions.boundary(Digest.of("none"))).isEmpty();
    }

    @Test
    void aVersionIsMadeAgainFromItsFiles() {
        var version = Version.of(live.now());

        var files = versions.files(version.digest()).orElseThrow();

        var again = GovernanceLoading.of(
                new DocumentFiles(new TreeMap<>(files)), live.now().permits());
        assertThat(Version.of(again)).isEqualTo(version);
        assertThat(versions.beginningWith(version.digest().hex().substring(0, 12)))
                .singleElement()
                .satisfies(stored -> {
                    assertThat(stored.parts()).isEqualTo(version);
                    assertThat(stored.proposedBy()).isEqualTo("deployment");
                });
        assertThat(versions.latest(10)).extracting(Versions.Stored::digest).contains(version.digest());
    }

    @Test
    void nobodyChangesWhatWasDecidedFrom() {
        for (var sql : new String[] {
            "update documents set body = '{}'",
            "delete from documents",
            "truncate documents cascade",
            "delete from versions"
        }) {
            assertThatThrownBy(() -> QuarkusTransaction.requiringNew()
                            .run(() -> entities.createNativeQuery(sql).executeUpdate()))
                    .hasStackTraceContaining("versions stay as they were");
        }
    }

    private static final String NO_SAMPLES = """
            apiVersion: barecount.io/v1
            kind: PolicySet
            metadata: {name: candidate}
            spec:
              rules:
                - id: no-samples
                  owner: platform
                  rationale: for the test
                  level: deny
                  condition: manifest.metadata.namespace != 'tried'
                  path: /metadata/namespace
                  message: "'No samples here.'"
                  found: manifest.metadata.namespace
                  allowed: "'another namespace'"
                  tests:
                    - {name: elsewhere, expect: passes}
                    - name: there
                      manifest: {metadata: {namespace: tried}}
                      expect: fires
                      level: deny
                      found: tried
                      allowed: another namespace
            """;

    private String propose() {
        var files =
                new TreeMap<>(versions.files(versions.deployed().orElseThrow()).orElseThrow());
        files.put("policies/candidate.yaml", NO_SAMPLES);
        return given().body(Json.text(Map.of("files", files, "reason", "no samples")))
                .post("/policies/versions")
                .then()
                .statusCode(200)
                .body("live", equalTo(false))
                .body("proposedBy", equalTo("anonymous"))
                .extract()
                .path("version");
    }

    private Event<?> decided(TopicProbe probe) {
        var run = new RunId(UUID.randomUUID());
        var accepted = accepted(run, draft().of("tried").manifest());
        probe.send(
                run.toString(),
                TopicProbe.event(EventIds.ofName(run.toString()), run.toString(), "tried", NOON, accepted));
        return probe.awaitEvents(Topic.DECISIONS, run.toString(), 1).getFirst();
    }

    /** From its proposal to its end, with the platform running on. */
    @Test
    void aVersionIsTriedInShadowPromotedAndPutBack() {
        var before = Version.of(live.now()).digest();
        var version = propose();
        try (var probe = new TopicProbe(bootstrapServers)) {
            given().body(Json.text(Map.of("reason", "trying")))
                    .post("/policies/versions/" + version.substring(0, 20) + "/shadow")
                    .then()
                    .statusCode(200)
                    .body("shadow", equalTo(true));
            var run = decided(probe);
            assertThat(run.data()).isInstanceOf(DecisionEvent.Permitted.class);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> given().get("/policies/shadow")
                            .then()
                            .statusCode(200)
                            .body("version", equalTo(version))
                            .body("report.differences.run", hasItem(run.subject()))
                            .body("report.rules[0].rule", equalTo("no-samples")));
            assertThat(Version.of(live.now()).digest()).isEqualTo(before);

            given().body(Json.text(Map.of("reason", "agreed")))
                    .post("/policies/versions/" + version + "/promote")
                    .then()
                    .statusCode(200)
                    .body("live", equalTo(true))
                    .body("shadow", equalTo(false))
                    .body("promoted.reason", equalTo("agreed"));
            assertThat(decided(probe).data()).isInstanceOf(DecisionEvent.Denied.class);
            given().body(Json.text(Map.of("reason", "again")))
                    .post("/policies/versions/" + version + "/promote")
                    .then()
                    .statusCode(409)
                    .body("type", equalTo("urn:barecount:problem:live-already"));
            assertThat(probe.await(
                            Topic.GOVERNANCE.topicName(),
                            record -> new String(record.value(), StandardCharsets.UTF_8).contains(version),
                            3))
                    .extracting(record -> TopicProbe.headers(record).get("ce_type"))
                    .contains(
                            "barecount.governance.proposed",
                            "barecount.governance.shadowed",
                            "barecount.governance.promoted");
        } finally {
            given().body(Json.text(Map.of("reason", "back to what it was")))
                    .post("/policies/versions/" + before + "/promote")
                    .then()
                    .statusCode(200);
        }
        assertThat(Version.of(live.now()).digest()).isEqualTo(before);
        given().get("/policies/versions")
                .then()
                .statusCode(200)
                .body("find { it.live }.version", equalTo(before.toString()));
    }

    @Test
    void whatCantDecideIsNoProposal() {
        given().body(Json.text(Map.of(
                        "files",
                        Map.of("policies/candidate.yaml", NO_SAMPLES.replace("namespace != 'tried'", "name != 7")),
                        "reason",
                        "wrong")))
                .post("/policies/versions")
                .then()
                .statusCode(422)
                .body("errors", hasItem(containsString("boundaries: no .yaml file")));
        given().body("{\"reason\": \"r\"}")
                .post("/policies/versions/sha256:000000/promote")
                .then()
                .statusCode(404);
    }

    /** A newer instance may have promoted what this one can't use. */
    @Test
    void aStartOnALiveVersionThatCantBeUsedRefusesAndSaysWhatToDo() {
        var before = versions.live().orElseThrow();
        var unusable = Digest.of("of a later version").toString();
        QuarkusTransaction.requiringNew()
                .run(() -> entities.createNativeQuery("insert into versions"
                                + " select :digest, parts, jsonb_build_object('policies/later.yaml', 'kind: Later'),"
                                + " now(), 'later', 'r' from versions limit 1 on conflict do nothing")
                        .setParameter("digest", unusable)
                        .executeUpdate());
        setLive(unusable);
        try {
            assertThatThrownBy(() -> new LiveGovernance(documents, versions, transactions).deploy(stage))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("policy-service does not start")
                    .hasMessageContaining(unusable)
                    .hasMessageContaining("deploy documents that can, or promote a version that can")
                    .hasMessageContaining("policies/later.yaml");
        } finally {
            setLive(before.toString());
        }
    }

    private void setLive(String version) {
        QuarkusTransaction.requiringNew()
                .run(() -> entities.createNativeQuery("update governance set live = :version")
                        .setParameter("version", version)
                        .executeUpdate());
    }
}
