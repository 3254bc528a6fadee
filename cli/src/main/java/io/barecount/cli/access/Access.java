package io.barecount.cli.access;

import io.barecount.access.Grant;
import io.barecount.access.Identity;
import io.barecount.access.Issuer;
import io.barecount.access.Role;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import io.barecount.embedded.postgres.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The embedded platform's issuer of tokens: a key that is made at the first start, and that whoever owns the data directory can use. */
public final class Access {
    /** The variable with a token that somebody gave this command line. */
    public static final String TOKEN = "BARECOUNT_TOKEN";

    private static final String ISSUER = "barecount:embedded";
    private static final String AUDIENCE = "barecount";
    private static final Duration OWN_VALID = Duration.ofHours(12);

    private Access() {}

    private static Path key(DataDirectory data) {
        return data.keys().resolve("access.jwk");
    }

    private static Path publicKeys(DataDirectory data) {
        return data.keys().resolve("access.jwks");
    }

    /** Whether a platform over this directory was started with tokens before. */
    public static boolean hasKey(DataDirectory data) {
        return Files.exists(key(data));
    }

    /** By service, what makes each ask for tokens of this data directory's key, which is made if there is none. */
    public static Map<String, Map<String, String>> settings(DataDirectory data) throws IOException {
        if (!hasKey(data)) {
            data.create();
            Secrets.write(key(data), Issuer.newKey());
            Files.setPosixFilePermissions(key(data), PosixFilePermissions.fromString("r--------"));
        }
        Files.writeString(publicKeys(data), issuer(data).publicKeys());
        var settings = Map.of(
                "BARECOUNT_ACCESS_OPEN",
                "false",
                "BARECOUNT_ACCESS_ISSUER",
                ISSUER,
                "BARECOUNT_ACCESS_AUDIENCE",
                AUDIENCE,
                "BARECOUNT_ACCESS_KEYS",
                publicKeys(data).toString());
        return Stream.concat(Platform.SERVICES.stream(), Stream.of("console"))
                .collect(Collectors.toMap(service -> service, service -> settings));
    }

    /** With what else is set of services. */
    public static Map<String, Map<String, String>> with(
            Map<String, Map<String, String>> settings, Map<String, Map<String, String>> more) {
        var all = new HashMap<String, Map<String, String>>();
        settings.forEach((service, each) -> all.put(service, new HashMap<>(each)));
        more.forEach((service, each) ->
                all.computeIfAbsent(service, none -> new HashMap<>()).putAll(each));
        return all;
    }

    private static Issuer issuer(DataDirectory data) throws IOException {
        return new Issuer(ISSUER, AUDIENCE, Files.readString(key(data)));
    }

    /** @throws IOException if the platform over this directory was never started with tokens */
    public static String token(DataDirectory data, Identity identity, Duration valid) throws IOException {
        if (!hasKey(data)) {
            throw new IOException(
                    "there is no key of tokens in " + data.keys() + ": ./barecount up --tokens makes one as it starts");
        }
        return issuer(data).token(identity, Instant.now(), valid);
    }

    /** What this command line shows: the variable {@value #TOKEN}, or a token for everything by the data directory's own key. */
    public static Optional<String> own(DataDirectory data) throws IOException {
        var given = System.getenv(TOKEN);
        if (given != null && !given.isBlank()) {
            return Optional.of(given.strip());
        }
        return hasKey(data) ? Optional.of(token(data, everything(), OWN_VALID)) : Optional.empty();
    }

    /** Whoever owns the data directory: its keys are theirs, and so is all else. */
    public static Identity everything() {
        return new Identity(
                "local:" + System.getProperty("user.name", "owner").replaceAll("[^A-Za-z0-9._-]", "_"),
                Identity.Kind.PERSON,
                Arrays.stream(Role.values())
                        .filter(role -> role != Role.AGENT)
                        .map(role -> new Grant(role, Grant.EVERYWHERE))
                        .collect(Collectors.toSet()));
    }

    /** Signs a browser in, once. */
    public static String link(String frontDoor, String token) {
        return frontDoor + "/sign-in?token=" + token;
    }
}
