package io.barecount.gateway;

import io.barecount.testing.BackingServices;
import io.barecount.testing.access.AccessMatrix;
import io.barecount.testing.access.Bearers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** With its door closed. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(TestKeys.class)
@QuarkusTestResource(value = Bearers.class, restrictToAnnotatedClass = true)
class AccessTest {
    @TestHTTPResource("/")
    URI base;

    @Test
    void nobodyGetsInWhereTheyDoNotBelong() throws Exception {
        AccessMatrix.check("io.barecount.gateway.api", base);
    }
}
