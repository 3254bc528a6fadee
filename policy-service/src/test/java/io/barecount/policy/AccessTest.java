package io.barecount.policy;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.access.Role;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.store.Versions;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.barecount.testing.access.AccessMatrix;
import io.barecount.testing.access.Bearers;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** With its door closed. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(GovernanceOnDisk.class)
@QuarkusTestResource(value = Bearers.class, restrictToAnnotatedClass = true)
class AccessTest {
    @TestHTTPResource("/")
    URI base;

    @Inject
    LiveGovernance live;

    @Inject
    GovernanceLoading.Loaded documents;

    @Inject
    Versions versions;

    @Inject
    TransactionSynchronizationRegistry transactions;

    @Inject
    EntityManager entities;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Test
    void nobodyGetsInWhereTheyDoNotBelong() throws Exception {
        AccessMatrix.check("io.barecount.policy.api", base);
    }

    private final HttpClient http = HttpClient.newHttpClient();

    private JsonNode ask(String verb, RunId run, String bearer, Map<String, String> body) throws Exception {
        return ask("/decisions/" + run + verb, bearer, body);
    }

    private JsonNode ask(String path, String bearer, Map<String, ?> body) throws Exception {
        var request = HttpRequest.newBuilder(base.resolve(path))
                .header("Authorization", bearer)
                .header("Content-Type", "application/json");
        var answer = http.send(
                (body == null ? request : request.POST(HttpRequest.BodyPublishers.ofString(Json.text(body)))).build(),
                HttpResponse.BodyHandlers.ofString());
        return ((ObjectNode) Json.read(answer.body(), JsonNode.class)).put("status", answer.statusCode());
    }

    private static String said(JsonNode answer) {
        return answer.path("status").asText() + " "
                + answer.path("type").asText(answer.path("outcome").asText()).replace("urn:barecount:problem:", "");
    }

    @Test
    void aHeldRunIsApprovedByEnoughPeopleOfTheRolesButNeverByItsSubmitter() throws Exception {
        var run = new RunId(UUID.randomUUID());
        try (var probe = new TopicProbe(bootstrapServers)) {
            var manifest = draft().of("vault").manifest();
            probe.send(
                    run.toString(),
                    TopicProbe.event(
                            EventIds.ofName(run.toString()), run.toString(), "vault", NOON, accepted(run, manifest)));
            assertThat(probe.awaitEvents(Topic.DECISIONS, run.toString(), 1)
                            .getFirst()
                            .data())
                    .isInstanceOf(DecisionEvent.Held.class);
            var auditor = Bearers.of("ida", Role.AUDITOR, "vault");
            var held = ask("", run, auditor, null);
            assertThat(held.at("/waiting/quorums/0/missing").asInt()).isEqualTo(2);
            var agreed = Map.of("binding", held.at("/waiting/binding").asText(), "reason", "agreed");

            assertThat(said(ask("/approve", run, Bearers.of("eve", Role.GOVERNANCE, "other"), agreed)))
                    .isEqualTo("404 no-decision");
            assertThat(said(ask("/approve", run, auditor, agreed))).startsWith("403");
            assertThat(said(ask("/approve", run, Bearers.of("dan", Role.DEVELOPER, "vault"), agreed)))
                    .isEqualTo("403 role-missing");
            for (var subject : List.of("ada", "ADA")) {
                assertThat(said(ask("/approve", run, Bearers.of(subject, Role.GOVERNANCE, "vault"), agreed)))
                        .as(subject)
                        .isEqualTo("403 own-submission");
            }
            var bea = Bearers.of("bea", Role.GOVERNANCE, "vault");
            assertThat(said(ask("/approve", run, bea, Map.of("binding", agreed.get("binding")))))
                    .isEqualTo("400 invalid-request");
            assertThat(said(ask(
                            "/approve",
                            run,
                            bea,
                            Map.of("binding", Digest.of("x").toString(), "reason", "r"))))
                    .isEqualTo("409 approval-of-something-else");

            var first = ask("/approve", run, bea, agreed);
            assertThat(said(first)).isEqualTo("200 held");
            assertThat(first.at("/waiting/quorums/0/missing").asInt()).isEqualTo(1);
            assertThat(said(ask("/approve", run, bea, agreed))).isEqualTo("409 approved-already");
            assertThat(said(ask("/approve", run, Bearers.of("cem", Role.GOVERNANCE, "vault"), agreed)))
                    .isEqualTo("200 permitted");
            assertThat(said(ask("/refuse", run, bea, Map.of("reason", "too late"))))
                    .isEqualTo("409 not-held");
            assertThat(said(ask("/revoke", run, bea, Map.of("reason", "the contract has ended"))))
                    .isEqualTo("200 revoked");
        }
    }

    private static final Map<String, String> AGREED = Map.of("reason", "agreed");

    private static Map<String, Object> proposal(String rule, Map<String, ?> more) {
        var asked = new HashMap<String, Object>(Map.of(
                "rule",
                rule,
                "namespace",
                "vault",
                "until",
                Instant.now().plus(Duration.ofDays(1)).toString(),
                "reason",
                "the vault is moved"));
        asked.putAll(more);
        return asked;
    }

    private static RunId submit(TopicProbe probe) {
        var run = new RunId(UUID.randomUUID());
        var manifest = draft().of("vault").manifest();
        probe.send(
                run.toString(),
                TopicProbe.event(
                        EventIds.ofName(run.toString()), run.toString(), "vault", NOON, accepted(run, manifest)));
        return run;
    }

    private static DecisionEvent decided(TopicProbe probe, RunId run) {
        return (DecisionEvent)
                probe.awaitEvents(Topic.DECISIONS, run.toString(), 1).getFirst().data();
    }

    /** From its proposal to its end: who may what, how many runs it lets pass, and that they end with it. */
    @Test
    void anExemptionTakesTwoPeopleLetsItsNumberOfRunsPassAndTakesTheirPermitsWithIt() throws Exception {
        var pia = Bearers.of("pia", Role.GOVERNANCE, "vault");
        var gus = Bearers.of("gus", Role.GOVERNANCE, "vault");
        var asked = proposal("two-agree", Map.of("runsMax", 3));
        assertThat(said(ask("/exemptions", Bearers.of("dan", Role.DEVELOPER, "vault"), asked)))
                .startsWith("403");
        assertThat(said(ask("/exemptions", Bearers.of("eve", Role.GOVERNANCE, "other"), asked)))
                .startsWith("403");
        assertThat(said(ask("/exemptions", pia, proposal("two-agre", Map.of()))))
                .isEqualTo("422 no-rule");
        assertThat(said(ask("/exemptions", pia, proposal("two-agree", Map.of("until", "2999-01-01T00:00:00Z")))))
                .isEqualTo("422 invalid-exemption");
        var id = ask("/exemptions", pia, asked).at("/exemption/id").asText();
        assertThat(ask("/exemptions", pia, asked).at("/exemption/id").asText()).isEqualTo(id);
        var path = "/exemptions/" + id;

        assertThat(said(ask(path + "/grant", Bearers.of("eve", Role.GOVERNANCE, "other"), AGREED)))
                .isEqualTo("404 no-exemption");
        assertThat(said(ask(path + "/grant", Bearers.of("PIA", Role.GOVERNANCE, "*"), AGREED)))
                .isEqualTo("403 own-proposal");
        assertThat(said(ask(path + "/revoke", gus, AGREED))).isEqualTo("409 not-granted");
        assertThat(ask(path + "/grant", gus, AGREED).path("standing").asText()).isEqualTo("granted");
        assertThatThrownBy(() -> QuarkusTransaction.requiringNew()
                        .run(() -> entities.createNativeQuery(
                                        "update exemptions set granted_by = proposed_by where id = :id")
                                .setParameter("id", id)
                                .executeUpdate()))
                .hasStackTraceContaining("proposer_never_grants");

        try (var probe = new TopicProbe(bootstrapServers)) {
            var runs = Stream.generate(() -> submit(probe)).limit(20).toList();
            var passed = runs.stream()
                    .filter(run -> decided(probe, run) instanceof DecisionEvent.Permitted)
                    .toList();
            assertThat(passed).as("neither more than it lets pass, nor fewer").hasSize(3);
            var listed = ask("/exemptions?namespace=vault&standing=granted", gus, null);
            assertThat(listed.at("/exemptions/0/uses/runs").asInt()).isEqualTo(3);
            assertThat(ask("", passed.getFirst(), gus, null)
                            .at("/findings/0/exemption")
                            .asText())
                    .isEqualTo(id);

            theDebtIsTold(id);

            assertThat(ask(path + "/revoke", gus, AGREED).path("standing").asText())
                    .isEqualTo("revoked");
            for (var run : passed) {
                assertThat(probe.awaitEvents(Topic.DECISIONS, run.toString(), 2)
                                .getLast()
                                .data())
                        .isInstanceOfSatisfying(
                                DecisionEvent.Revoked.class,
                                revoked -> assertThat(revoked.reason()).contains(id));
            }
            assertThat(decided(probe, submit(probe))).isInstanceOf(DecisionEvent.Held.class);
            assertThat(probe.await(Topic.GOVERNANCE.topicName(), record -> ("exemption/" + id).equals(record.key()), 3))
                    .extracting(record -> TopicProbe.headers(record).get("ce_type"))
                    .containsExactly(
                            "barecount.governance.exemptionproposed",
                            "barecount.governance.exemptiongranted",
                            "barecount.governance.exemptionended");
        }
    }

    private void theDebtIsTold(String exemption) throws Exception {
        var debt = ask("/policies/debt", Bearers.of("ida", Role.AUDITOR, "*"), null);
        assertThat(debt.at("/exemptions").findValuesAsText("id")).contains(exemption);
        assertThat(debt.at("/hanging")).anySatisfy(one -> {
            assertThat(one.path("exemption").asText()).isEqualTo(exemption);
            assertThat(one.path("rule").asText()).isEqualTo("two-agree");
            assertThat(one.path("permits").asInt()).isEqualTo(3);
            assertThat(one.path("goingOn").asInt()).isEqualTo(3);
        });
        var silent = debt.at("/neverFired").findValuesAsText("rule");
        assertThat(silent).contains("fan-out-ceiling").doesNotContain("two-agree");
        assertThat(Instant.parse(debt.at("/neverFired/0/since").asText())).isBefore(Instant.now());
    }

    @Test
    void fromAMandatoryRuleOnlyWhoGovernsEverywhereExempts() throws Exception {
        var pia = Bearers.of("pia", Role.GOVERNANCE, "vault");
        var asked = proposal("classification-needs-private-network", Map.of());
        var path = "/exemptions/"
                + ask("/exemptions", pia, asked).at("/exemption/id").asText();

        assertThat(said(ask(path + "/grant", Bearers.of("gus", Role.GOVERNANCE, "vault"), AGREED)))
                .isEqualTo("403 mandatory-rule");
        assertThat(ask(path + "/grant", Bearers.of("gil", Role.GOVERNANCE, "*"), AGREED)
                        .path("standing")
                        .asText())
                .isEqualTo("granted");
        assertThat(said(ask("/exemptions", pia, proposal("secrets-by-reference", Map.of()))))
                .isEqualTo("422 not-exemptible");
    }

    /** What decides is changed by two people too; and what one instance has promoted, another one decides by. */
    @Test
    void whoProposedAVersionDoesNotPromoteItAndOtherInstancesSeeWhoDid() throws Exception {
        var everywhere = Bearers.of("pia", Role.GOVERNANCE, "*");
        var files =
                new TreeMap<>(versions.files(versions.deployed().orElseThrow()).orElseThrow());
        var before = versions.deployed().orElseThrow().toString();
        files.computeIfPresent("policies/people.yaml", (name, text) -> text.replace("quorum: 2", "quorum: 3"));
        var otherInstance = new LiveGovernance(documents, versions, transactions);
        var digest = otherInstance.now().rules().digest();

        var proposed = ask("/policies/versions", everywhere, Map.of("files", files, "reason", "three of them"));
        var promote = "/policies/versions/" + proposed.path("version").asText() + "/promote";
        assertThat(said(ask(promote, everywhere, AGREED))).isEqualTo("403 own-proposal");
        assertThat(said(ask(promote, Bearers.of("PIA", Role.GOVERNANCE, "*"), AGREED)))
                .isEqualTo("403 own-proposal");
        assertThat(said(ask(promote, Bearers.of("gus", Role.GOVERNANCE, "vault"), AGREED)))
                .startsWith("403");
        assertThat(otherInstance.now().rules().digest()).isEqualTo(digest);
        var gil = Bearers.of("gil", Role.GOVERNANCE, "*");
        try {
            assertThat(ask(promote, gil, AGREED).path("live").asBoolean()).isTrue();
            assertThat(otherInstance.now().rules().digest())
                    .isNotEqualTo(digest)
                    .isEqualTo(live.now().rules().digest());
        } finally {
            ask("/policies/versions/" + before + "/promote", gil, AGREED);
        }
        assertThat(otherInstance.now().rules().digest()).isEqualTo(digest);
    }
}
