package io.barecount.manifest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(SecretFiles.class)
class PipelinesTest {

    @Test
    void aVersionIsRegisteredOnceAndCanBecomeCurrentAgain() {
        var first = Manifests.valid("versions", "gdp");
        var second = first.replace("PT10M", "PT5M");

        var one = put("versions/gdp", first).statusCode(201).extract().<String>path("version");
        put("versions/gdp", first + "# the same content\n").statusCode(200).body("version", equalTo(one));
        var two = put("versions/gdp", second).statusCode(201).extract().<String>path("version");
        get("versions/gdp")
                .statusCode(200)
                .body("version", equalTo(two))
                .body("manifest.spec.execution.timeout", equalTo("PT5M"))
                .body("versions", hasSize(2));

        put("versions/gdp", first).statusCode(200).body("version", equalTo(one));
        get("versions/gdp").body("version", equalTo(one)).body("versions", hasSize(2));
        get("versions/gdp/versions/" + two).statusCode(200).body("spec.execution.timeout", equalTo("PT5M"));
        get("versions/gdp/versions/sha256:0").statusCode(404);
    }

    @Test
    void whatIsNotValidIsNotRegistered() {
        var manifest = Manifests.valid("invalid", "gdp");

        put("invalid/gdp", manifest.replace("512", "5")).statusCode(422);
        put("invalid/other", manifest).statusCode(422).body("errors[0].code", equalTo("other-name"));
        put("invalid/gdp", "{").statusCode(400);

        get("invalid/gdp").statusCode(404).contentType("application/problem+json");
    }

    @Test
    void aHookBelongsToOnePipelineOfItsNamespace() {
        var one = Manifests.valid("hooks", "one");
        var two = Manifests.valid("hooks", "two");
        put("hooks/one", one).statusCode(201);

        put("hooks/two", two).statusCode(409).body("detail", startsWith("The webhook hooks/orders belongs to"));
        get("hooks/two").statusCode(404);

        put("hooks/one", one.replace("name: orders", "name: others")).statusCode(201);
        put("hooks/two", two).statusCode(201);
        put("others/two", Manifests.valid("others", "two")).statusCode(201);
    }

    @Test
    void pipelinesAreListedByName() {
        for (var name : new String[] {"b", "a", "c"}) {
            put("listed/" + name, Manifests.valid("listed", name).replace("name: orders", "name: hook-" + name))
                    .statusCode(201);
        }

        given().get("/pipelines?namespace=listed")
                .then()
                .statusCode(200)
                .body("name", equalTo(java.util.List.of("a", "b", "c")));
        given().get("/pipelines?namespace=listed&after=listed/a")
                .then()
                .body("name", equalTo(java.util.List.of("b", "c")));
        given().get("/pipelines").then().body("namespace", hasItem("listed"));
    }

    @Test
    void validatingStoresNothing() {
        var manifest = Manifests.valid("validated", "gdp");

        post(manifest)
                .statusCode(200)
                .body("valid", equalTo(true))
                .body("version", startsWith("sha256:"))
                .body("manifest.spec.runner.lambda.architecture", equalTo("arm64"));
        post(manifest.replace("lambda:", "lambada:")).statusCode(422).body("errors.code", hasItem("unknown-field"));
        post("- a").statusCode(400);

        given().get("/pipelines").then().body("namespace", not(hasItem("validated")));
    }

    @Test
    void theSchemasArePublished() {
        given().get("/schemas/pipeline-v1.schema.json")
                .then()
                .statusCode(200)
                .contentType("application/schema+json")
                .body("title", startsWith("BareCount pipeline manifest"));
        given().get("/schemas/submission-v1.schema.json").then().statusCode(200);
        given().get("/schemas/other.json").then().statusCode(404);
    }

    private static ValidatableResponse put(String name, String manifest) {
        return given().contentType("application/yaml")
                .body(manifest.getBytes(StandardCharsets.UTF_8))
                .put("/pipelines/" + name)
                .then();
    }

    private static ValidatableResponse get(String name) {
        return given().get("/pipelines/" + name).then();
    }

    private static ValidatableResponse post(String manifest) {
        return given().contentType("application/yaml")
                .body(manifest.getBytes(StandardCharsets.UTF_8))
                .post("/validate")
                .then();
    }
}
