package io.barecount.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.sun.net.httpserver.HttpServer;
import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(FrontDoorTest.Behind.class)
class FrontDoorTest {
    /** A service that tells what reached it, and an address where nobody listens. */
    public static final class Behind implements QuarkusTestResourceLifecycleManager {
        private HttpServer echo;

        @Override
        public Map<String, String> start() {
            try {
                echo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
                echo.createContext("/", exchange -> {
                    var told = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                            + new String(exchange.getRequestBody().readAllBytes());
                    exchange.sendResponseHeaders(202, told.length());
                    try (var body = exchange.getResponseBody()) {
                        body.write(told.getBytes());
                    }
                });
                echo.start();
                int nobody;
                try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    nobody = socket.getLocalPort();
                }
                var service = "http://127.0.0.1:" + echo.getAddress().getPort();
                return Map.of(
                        "barecount.console.routes.manifest-service", service,
                        "barecount.console.routes.policy-service", service,
                        "barecount.console.routes.scheduler-service", service,
                        "barecount.console.routes.runner-gateway", service,
                        "barecount.console.routes.ledger-service", "http://127.0.0.1:" + nobody);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            echo.stop(0);
        }
    }

    @Test
    void passesOnMethodPathQueryAndBody() {
        given().body("payload")
                .post("/webhooks/commerce/orders?a=b")
                .then()
                .statusCode(202)
                .body(equalTo("POST /webhooks/commerce/orders?a=b payload"));
    }

    @Test
    void takesNoChangeFromAPageOfAnotherSite() {
        given().header("Sec-Fetch-Site", "cross-site")
                .post("/runs/1/cancel")
                .then()
                .statusCode(403)
                .contentType("application/problem+json");
        given().header("Sec-Fetch-Site", "same-origin")
                .post("/runs/1/cancel")
                .then()
                .statusCode(202);
        given().header("Sec-Fetch-Site", "cross-site").get("/runs").then().statusCode(202);
    }

    @Test
    void saysWhichServiceDoesNotAnswer() {
        given().get("/ledger/checkpoint")
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .contentType("application/problem+json")
                .body("detail", containsString("/ledger"));
    }

    @Test
    void servesThePageWithAStrictPolicy() {
        var answer = given().get("/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'; script-src 'self'");
        assertThat(answer.body().asString()).contains("BareCount Runners");
    }
}
