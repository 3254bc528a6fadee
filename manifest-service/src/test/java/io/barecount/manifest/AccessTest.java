package io.barecount.manifest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.barecount.access.Role;
import io.barecount.testing.BackingServices;
import io.barecount.testing.access.AccessMatrix;
import io.barecount.testing.access.Bearers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With its door closed. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(SecretFiles.class)
@QuarkusTestResource(value = Bearers.class, restrictToAnnotatedClass = true)
class AccessTest {
    @TestHTTPResource("/")
    URI base;

    @Test
    void nobodyGetsInWhereTheyDoNotBelong() throws Exception {
        AccessMatrix.check("io.barecount.manifest.api", base);
    }

    /** Whatever is registered there: a foreign namespace looks the same with it as without. */
    @Test
    void pipelinesOfAnotherNamespaceAreNotSeen() {
        var own = Bearers.of("ana", Role.DEVELOPER, "access-own");
        var other = Bearers.of("bob", Role.DEVELOPER, "access-other");
        given().header("Authorization", own)
                .contentType("application/yaml")
                .body(Manifests.valid("access-own", "nightly").getBytes(StandardCharsets.UTF_8))
                .put("/pipelines/access-own/nightly")
                .then()
                .statusCode(201);

        given().header("Authorization", own).get("/pipelines").then().body("pipelines.name", hasItem("nightly"));
        given().header("Authorization", other)
                .get("/pipelines")
                .then()
                .statusCode(200)
                .body("pipelines", empty());
        given().header("Authorization", other)
                .get("/pipelines?namespace=access-own&q=nightly")
                .then()
                .statusCode(200)
                .body("pipelines", empty())
                .body("next", nullValue());
        given().header("Authorization", other)
                .get("/pipelines?cursor=access-own/a")
                .then()
                .body("pipelines", empty());
        for (var name : List.of("nightly", "not-there")) {
            given().header("Authorization", other)
                    .get("/pipelines/access-own/" + name)
                    .then()
                    .statusCode(403)
                    .contentType("application/problem+json")
                    .body("type", equalTo("urn:barecount:problem:other-namespace"));
            given().header("Authorization", other)
                    .contentType("application/json")
                    .body("{\"version\": \"sha256:abcdef\", \"reason\": \"x\"}")
                    .post("/pipelines/access-own/" + name + "/rollback")
                    .then()
                    .statusCode(403);
        }
    }

    @Test
    void aSubmissionIsItsBearersAndSeenByNobodyElse() {
        var run = given().header("Authorization", Bearers.of("ana", Role.DEVELOPER, "access-own"))
                .contentType("application/yaml")
                .body(Manifests.valid("access-own", "once").getBytes(StandardCharsets.UTF_8))
                .post("/submissions")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("run");

        given().header("Authorization", Bearers.of("eve", Role.AUDITOR, "*"))
                .get("/submissions/" + run)
                .then()
                .statusCode(200)
                .body("submitter", equalTo("ana"));
        given().header("Authorization", Bearers.of("bob", Role.AUDITOR, "access-other"))
                .get("/submissions/" + run)
                .then()
                .statusCode(404);
        given().header("Authorization", Bearers.of("bob", Role.DEVELOPER, "access-other"))
                .contentType("application/yaml")
                .body(Manifests.valid("access-own", "once").getBytes(StandardCharsets.UTF_8))
                .post("/submissions")
                .then()
                .statusCode(403);
    }
}
