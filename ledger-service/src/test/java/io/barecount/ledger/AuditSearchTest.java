package io.barecount.ledger;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What auditors ask for. Other tests' runs are in the same ledger: what is asked for is told apart by what only these have. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(LedgerFiles.class)
class AuditSearchTest extends RunningLedger {
    @ParameterizedTest
    @CsvSource({
        "person=erp, true",
        "person=ana, false",
        "runner=onprem, true",
        "runner=glue, false",
        "boundary=branch-vpn, true",
        "boundary=another, false",
        "costCenter=cc-1, true",
        "costCenter=cc-2, false",
        "from=2026-01-02&until=2026-01-03, true",
        "from=2026-01-02T12:00:01Z, false",
        "until=2026-01-02, false",
        "namespace=finance&pipeline=ledger-close&state=succeeded, true",
        "state=denied, false",
        "policy=cost-ceiling, false"
    })
    void runsAreFoundByWhoWhatWhereAndWhen(String query, boolean isFound) {
        Histories.succeeding(run).forEach(this::send);
        awaitEntries(run, 15);

        assertThat(found(query).contains(run.toString())).isEqualTo(isFound);
    }

    @Test
    void runsAreFoundByThePolicySetAndByTheRuleThatDecided() {
        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);

        assertThat(found("policy=cost-ceiling")).contains(run.toString());
        assertThat(found("policy=" + Histories.POLICY_SET)).contains(run.toString());
        assertThat(found("policy=sha256:" + "0".repeat(64))).isEmpty();
    }

    @Test
    void pagesGoOnWhereTheLastEndedAndMissNothing() {
        var runs = new ArrayList<String>();
        for (var i = 0; i < 5; i++) {
            var each = new RunId(UUID.randomUUID());
            Histories.denied(each).forEach(this::send);
            awaitEntries(each, 4);
            runs.add(each.toString());
        }

        assertThat(found("person=ana&limit=2")).containsAll(runs).doesNotHaveDuplicates();
    }

    @Test
    void oneAnswerTellsWhoWhatWhenAndWhy() {
        Histories.succeeding(run).forEach(this::send);
        awaitEntries(run, 15);

        given().get("/ledger/runs/" + run)
                .then()
                .statusCode(200)
                .body("submitter", Matchers.is("erp"))
                .body("team", Matchers.is("finance"))
                .body("costCenter", Matchers.is("cc-1"))
                .body("rules", Matchers.contains("cost-ceiling"))
                .body("runners", Matchers.contains("agent-1", "agent-2"))
                .body("networkRequested", Matchers.contains("vpn branch-vpn"))
                .body("networkApplied", Matchers.contains("namespace"))
                .body("networkObserved", Matchers.contains("configured, not observed"))
                .body("attemptsWithEvidence", Matchers.is(2));
        given().get("/ledger/runs/" + run + "/attempts?limit=2")
                .then()
                .statusCode(200)
                .body("attempts.attempt", Matchers.contains(run + "/0/1", run + "/0/2"))
                .body("attempts[0].ended.failureClass", Matchers.is("interrupted"))
                .body("attempts[1].started.runner", Matchers.is("agent-2"))
                .body("attempts[1].ended.attested.configuration.applied.timeout", Matchers.is("300"))
                .body("attempts[1].ended.attested.environment.os", Matchers.is("Linux"))
                .body("attempts[1].ended.attested.network.applied", Matchers.is("namespace"))
                .body("next", Matchers.is("1/1"));
        given().get("/ledger/runs/" + run + "/attempts?from=1/1")
                .then()
                .body("attempts.attempt", Matchers.contains(run + "/1/1"));
    }

    @Test
    void recordsAreExportedAsCsvAndNdjson() {
        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);

        var csv = given().get("/ledger/export/runs?format=csv&person=ana");
        var lines = csv.asString().split("\r\n");
        assertThat(csv.statusCode()).isEqualTo(200);
        assertThat(lines[0]).startsWith("run,namespace,pipeline,state,");
        assertThat(lines).hasSize(1 + Integer.parseInt(csv.header("X-Total-Count")));
        assertThat(lines)
                .anyMatch(line -> line.startsWith(run + ",finance,ledger-close,denied,cost-ceiling,ana,http,"));

        var ndjson =
                given().get("/ledger/export/runs?person=ana").asString().lines().toList();
        assertThat(ndjson).hasSize(lines.length - 1);
        assertThat(ndjson)
                .extracting(line -> Json.read(line, JsonNode.class).get("run").asText())
                .contains(run.toString());
        given().get("/ledger/export/runs?format=xlsx").then().statusCode(400);
    }

    @Test
    void reportsTellWhatAuditorsAskOfAllRuns() {
        Histories.succeeding(run).forEach(this::send);
        var denied = new RunId(UUID.randomUUID());
        Histories.denied(denied).forEach(this::send);
        awaitEntries(run, 15);
        awaitEntries(denied, 4);

        given().get("/ledger/reports/without-evidence")
                .then()
                .statusCode(200)
                .body("lines.run", Matchers.not(Matchers.hasItem(run.toString())));
        given().get("/ledger/reports/spend?from=2026-01-02&until=2026-01-03")
                .then()
                .statusCode(200)
                .body("lines[0].costCenter", Matchers.is("cc-1"))
                .body("lines[0].currency", Matchers.is("USD"))
                .body("lines[0].runs", Matchers.greaterThan(0));
        given().get("/ledger/reports/rules")
                .then()
                .statusCode(200)
                .body("lines.find { it.rule == 'cost-ceiling' }.level", Matchers.is("deny"))
                .body("lines.find { it.rule == 'cost-ceiling' }.denied", Matchers.greaterThan(0))
                .body("lines.find { it.level == 'none' }.permitted", Matchers.greaterThan(0));
        given().get("/ledger/reports/boundary-findings").then().statusCode(200);
        given().get("/ledger/reports/spend?from=yesterday").then().statusCode(400);
    }

    /** A success that the gateway never attested stands out. */
    @Test
    void aSuccessWithoutEvidenceIsReported() {
        var events = Histories.withoutEvidence(run);
        events.forEach(this::send);
        awaitEntries(run, events.size());
        try {
            given().get("/ledger/reports/without-evidence").then().body("lines.run", Matchers.hasItem(run.toString()));
        } finally {
            forget();
        }
    }

    private void forget() {
        try {
            execute(
                    "delete from audit_attempts where run = '" + run + "'",
                    "delete from audit_runs where run = '" + run + "'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** All pages. */
    private static List<String> found(String query) {
        var runs = new ArrayList<String>();
        String after = null;
        do {
            var request = given();
            if (after != null) {
                request.queryParam("after", after);
            }
            var page = request.get("/ledger/runs?" + query)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            runs.addAll(page.getList("runs.run", String.class));
            after = page.getString("next");
        } while (after != null);
        return runs;
    }
}
