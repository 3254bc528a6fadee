package io.barecount.policy;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.draft;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.access.Role;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.barecount.testing.access.AccessMatrix;
import io.barecount.testing.access.Bearers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Test
    void nobodyGetsInWhereTheyDoNotBelong() throws Exception {
        AccessMatrix.check("io.barecount.policy.api", base);
    }

    private final HttpClient http = HttpClient.newHttpClient();

    private JsonNode ask(String verb, RunId run, String bearer, Map<String, String> body) throws Exception {
        var request = HttpRequest.newBuilder(base.resolve("/decisions/" + run + verb))
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
}
