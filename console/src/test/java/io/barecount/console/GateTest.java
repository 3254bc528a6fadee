package io.barecount.console;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.barecount.access.Role;
import io.barecount.testing.BackingServices;
import io.barecount.testing.access.Bearers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** With its door closed. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(FrontDoorTest.Behind.class)
@QuarkusTestResource(value = Bearers.class, restrictToAnnotatedClass = true)
class GateTest {
    private static final String EVERYWHERE = Bearers.of("eve", Role.AUDITOR, "*");
    private static final String OWN = Bearers.of("ana", Role.DEVELOPER, "retail");

    @Test
    void topicsAreSeenByThoseWhoMay() {
        for (var address :
                new String[] {"/topics", "/topics/tail?follow=false", "/topics/barecount.runs/0/0", "/live"}) {
            given().get(address)
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json")
                    .header("WWW-Authenticate", containsString("Bearer"));
            given().header("Authorization", Bearers.of("root", Role.ADMIN, "*"))
                    .get(address)
                    .then()
                    .statusCode(403);
        }
        given().header("Authorization", EVERYWHERE).get("/topics").then().statusCode(200);
        given().header("Authorization", OWN).get("/topics").then().statusCode(403);
        given().header("Authorization", OWN)
                .get("/topics/tail?follow=false")
                .then()
                .statusCode(200);
    }

    @Test
    void aBrowserSignsInOnceByALink() {
        var token = Bearers.of("ann", Role.AUDITOR, "*").substring("Bearer ".length());
        var link = given().redirects().follow(false).get("/sign-in?token=" + token);
        link.then()
                .statusCode(303)
                .header("Location", "/")
                .header("Set-Cookie", allOf(containsString("HTTPOnly"), containsString("SameSite=Strict")));

        given().cookie("barecount", token).get("/topics").then().statusCode(200);
        given().get("/sign-in?token=" + token)
                .then()
                .statusCode(403)
                .body("type", equalTo("urn:barecount:problem:link-used"));
        given().get("/sign-in?token=" + token + "x").then().statusCode(401);
        given().get("/sign-in").then().statusCode(401);
    }

    /** A cookie comes along whoever's wish it is; a token that a program sends does not. */
    @Test
    void aChangeByCookieComesFromTheConsolesOwnPages() {
        var token = EVERYWHERE.substring("Bearer ".length());
        given().cookie("barecount", token).post("/runs/1/cancel").then().statusCode(403);
        given().cookie("barecount", token)
                .header("Sec-Fetch-Site", "same-site")
                .post("/runs/1/cancel")
                .then()
                .statusCode(403);
        given().cookie("barecount", token)
                .header("Origin", "http://elsewhere.example")
                .post("/runs/1/cancel")
                .then()
                .statusCode(403);
        given().cookie("barecount", token)
                .header("Sec-Fetch-Site", "same-origin")
                .post("/runs/1/cancel")
                .then()
                .statusCode(202);
        given().header("Authorization", EVERYWHERE)
                .post("/runs/1/cancel")
                .then()
                .statusCode(202);
    }

    @Test
    void pagesTellNothingAndAreForAnybody() {
        given().get("/")
                .then()
                .statusCode(200)
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .body(not(containsString("retail")));
    }
}
