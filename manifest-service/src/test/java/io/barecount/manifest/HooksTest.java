package io.barecount.manifest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a hook declares besides its signature. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(SecretFiles.class)
class HooksTest {
    private static final String ORDERS = "{name: orders, secret: \"file:orders-webhook\"}";

    @Test
    void onlyWhatTheFilterLetsPassBecomesARun() {
        register("filtered", "body.total > 100 && headers['webhook-id'].startsWith('msg_')");

        deliver("filtered", "{\"total\": 120}").statusCode(202);
        deliver("filtered", "{\"total\": 99}")
                .statusCode(200)
                .body("outcome", equalTo("filtered"))
                .body("reason", nullValue())
                .body("run", nullValue());
        deliver("filtered", "{\"sum\": 120}")
                .statusCode(200)
                .body("outcome", equalTo("filtered"))
                .body("reason", containsString("total"));
    }

    @Test
    void aFilterThatIsNoneIsRefusedWithItsPlace() {
        var manifest = manifest("unfit", "body.total > && true");
        var violation = given().contentType("application/yaml")
                .body(bytes(manifest))
                .put("/pipelines/unfit/intake")
                .then()
                .statusCode(422)
                .body("errors[0].code", equalTo("no-filter"))
                .body("errors[0].pointer", equalTo("/spec/triggers/0/webhook/filter"))
                .body("errors[0].message", containsString("at 1:14"))
                .extract();
        assertThat(violation.<Integer>path("errors[0].line"))
                .isEqualTo(manifest.substring(0, manifest.indexOf("filter:"))
                        .lines()
                        .toList()
                        .size());
    }

    @Test
    void moreThanItsRateIsToldToComeAgain() {
        register("rated", null);

        ValidatableResponse refused = null;
        for (var i = 0; refused == null && i < 10; i++) {
            var answer = deliver("rated", "{\"n\": " + i + "}");
            refused = answer.extract().statusCode() == 429 ? answer : null;
        }

        assertThat(refused).isNotNull();
        assertThat(Integer.parseInt(refused.extract().header("Retry-After"))).isBetween(1, 60);
        refused.body("type", equalTo("urn:barecount:problem:too-many-deliveries"));
    }

    @Test
    void aFilterCanBeTried() {
        attempt("{\"filter\": \"body.total > 100\", \"body\": {\"total\": 120}}")
                .statusCode(200)
                .body("passes", equalTo(true));
        attempt(
                        "{\"filter\": \"headers['x-shop'] == key\", \"body\": \"text\", \"headers\": {\"X-Shop\": \"eu\"}, \"key\": \"eu\"}")
                .statusCode(200)
                .body("passes", equalTo(true));
        attempt("{\"filter\": \"body.sum > 100\", \"body\": {\"total\": 120}}")
                .statusCode(200)
                .body("passes", equalTo(false))
                .body("reason", containsString("sum"));
        attempt("{\"filter\": \"body.sum >\", \"body\": {}}").statusCode(422).body("detail", containsString("at 1:"));
        attempt("{\"body\": {}}").statusCode(400);
    }

    private static ValidatableResponse attempt(String trial) {
        return given().contentType("application/json")
                .body(bytes(trial))
                .post("/filters/try")
                .then();
    }

    private static void register(String namespace, String filter) {
        given().contentType("application/yaml")
                .body(bytes(manifest(namespace, filter)))
                .put("/pipelines/" + namespace + "/intake")
                .then()
                .statusCode(201);
    }

    private static String manifest(String namespace, String filter) {
        var more = filter == null ? ", maxPerMinute: 2}" : ", filter: \"" + filter + "\"}";
        return Manifests.valid(namespace, "intake").replace(ORDERS, ORDERS.replace("}", more));
    }

    private static ValidatableResponse deliver(String namespace, String body) {
        return given().contentType("application/json")
                .headers(SecretFiles.signed(SecretFiles.ORDERS, "msg_" + UUID.randomUUID(), Instant.now(), body))
                .body(bytes(body))
                .post("/webhooks/" + namespace + "/orders")
                .then();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
