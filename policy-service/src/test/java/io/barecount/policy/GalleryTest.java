package io.barecount.policy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Names;
import io.barecount.policy.evaluation.ShippedRulesTest;
import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.Test;

/** Whoever asks the running service before submitting hears of each shipped rule where it speaks, and of none where it does not. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(GovernanceOnDisk.class)
class GalleryTest {
    private static JsonPath checked(Manifest manifest) {
        return given().contentType("application/json")
                .body(Json.text(manifest))
                .post("/check")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    @Test
    void eachRuleSpeaksAndKeepsSilentInTheRunningService() {
        ShippedRulesTest.cases().forEach(shipped -> {
            var fires = checked(shipped.fires());
            var level = "findings.find { it.rule == '" + shipped.rule() + "' }.level";
            assertThat(fires.getString(level)).as(shipped.rule()).isEqualTo(Names.of(shipped.level()));

            var passes = checked(shipped.passes());
            assertThat(passes.getList("findings.rule")).as(shipped.rule()).doesNotContain(shipped.rule());
            assertThat(passes.getString("outcome")).as(shipped.rule()).isNotEqualTo("denied");
        });
    }
}
