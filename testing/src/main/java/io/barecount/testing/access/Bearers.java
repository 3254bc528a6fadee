package io.barecount.testing.access;

import io.barecount.access.Grant;
import io.barecount.access.Identity;
import io.barecount.access.Issuer;
import io.barecount.access.Role;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** Closes the service's door: from then on it asks for tokens of an issuer that makes them here. */
public final class Bearers implements QuarkusTestResourceLifecycleManager {
    private static final String NAME = "https://issuer.test";
    private static final String AUDIENCE = "barecount";
    private static final String KEY = Issuer.newKey();

    @Override
    public Map<String, String> start() {
        try {
            var keys = Files.createTempFile("issuer", ".jwks");
            Files.writeString(keys, new Issuer(NAME, AUDIENCE, KEY).publicKeys());
            return Map.of(
                    "barecount.access.open",
                    "false",
                    "barecount.access.issuer",
                    NAME,
                    "barecount.access.keys",
                    keys.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After what opens it for other tests. */
    @Override
    public int order() {
        return 100;
    }

    @Override
    public void stop() {
        // Its file goes with the machine's other temporary ones.
    }

    /** The value of the header. */
    public static String of(String subject, Role role, String namespace) {
        return of(new Issuer(NAME, AUDIENCE, KEY), subject, role, namespace, Instant.now());
    }

    static String expired() {
        return of(
                new Issuer(NAME, AUDIENCE, KEY),
                "ana",
                Role.ADMIN,
                "*",
                Instant.now().minus(Duration.ofHours(2)));
    }

    static String ofOtherAudience() {
        return of(new Issuer(NAME, "payroll", KEY), "ana", Role.ADMIN, "*", Instant.now());
    }

    static String ofOtherIssuer() {
        return of(new Issuer("https://elsewhere.test", AUDIENCE, KEY), "ana", Role.ADMIN, "*", Instant.now());
    }

    static String ofOtherKey() {
        return of(new Issuer(NAME, AUDIENCE, Issuer.newKey()), "ana", Role.ADMIN, "*", Instant.now());
    }

    private static String of(Issuer issuer, String subject, Role role, String namespace, Instant at) {
        var identity = new Identity(subject, Identity.Kind.PERSON, Set.of(new Grant(role, namespace)));
        return "Bearer " + issuer.token(identity, at, Duration.ofHours(1));
    }
}
