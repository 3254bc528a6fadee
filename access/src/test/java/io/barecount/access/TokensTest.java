package io.barecount.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String NAME = "https://issuer.example";
    private static final String AUDIENCE = "barecount";
    private static final Identity ANA = new Identity(
            "ana", Identity.Kind.PERSON, Set.of(new Grant(Role.DEVELOPER, "retail"), new Grant(Role.AUDITOR, "*")));

    private final Issuer issuer = new Issuer(NAME, AUDIENCE, Issuer.newKey());

    @TempDir
    Path directory;

    private Path keys;

    @BeforeEach
    void writeKeys() throws Exception {
        keys = directory.resolve("keys.json");
        Files.writeString(keys, issuer.publicKeys());
    }

    @Test
    void aTokenSaysWhoItsBearerIs() {
        assertThat(verdict(issuer.token(ANA, NOON, Duration.ofHours(1)))).isEqualTo(new Tokens.Verdict.Known(ANA));
    }

    @Test
    void aServiceIsOne() {
        var publisher = new Identity("till", Identity.Kind.SERVICE, Set.of(new Grant(Role.DEVELOPER, "retail")));

        assertThat(verdict(issuer.token(publisher, NOON, Duration.ofHours(1))))
                .isEqualTo(new Tokens.Verdict.Known(publisher));
    }

    @Test
    void anExpiredOneIsRefusedEvenIfItWasRemembered() {
        var tokens = tokens(NOON);
        var token = issuer.token(ANA, NOON.minusSeconds(3600), Duration.ofSeconds(3590));

        assertThat(tokens.verify(token)).isEqualTo(new Tokens.Verdict.Refused(NoAccess.EXPIRED));
    }

    @Test
    void oneOfAnotherAudienceIsRefused() {
        var key = Issuer.newKey();
        var other = new Issuer(NAME, "payroll", key);

        assertThat(tokens(new Issuer(NAME, AUDIENCE, key)).verify(other.token(ANA, NOON, Duration.ofHours(1))))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.OTHER_AUDIENCE));
    }

    @Test
    void oneOfAnotherIssuerIsRefused() {
        var key = Issuer.newKey();
        var other = new Issuer("https://elsewhere.example", AUDIENCE, key);

        assertThat(tokens(new Issuer(NAME, AUDIENCE, key)).verify(other.token(ANA, NOON, Duration.ofHours(1))))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.OTHER_ISSUER));
    }

    @Test
    void oneOfAnotherKeyIsRefused() {
        var swapped = new Issuer(NAME, AUDIENCE, Issuer.newKey());

        assertThat(verdict(swapped.token(ANA, NOON, Duration.ofHours(1))))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.NOT_SIGNED));
    }

    @Test
    void oneOfAnotherKeyThatNamesOursIsRefused() throws Exception {
        var ours = issuer.token(ANA, NOON, Duration.ofHours(1)).split("\\.");
        var others = new Issuer(NAME, AUDIENCE, Issuer.newKey())
                .token(ANA, NOON, Duration.ofHours(1))
                .split("\\.");

        assertThat(verdict(ours[0] + "." + others[1] + "." + others[2]))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.NOT_SIGNED));
    }

    @Test
    void oneWithMoreRolesThanWereSignedIsRefused() {
        var parts = issuer.token(ANA, NOON, Duration.ofHours(1)).split("\\.");
        var payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace("auditor@*", "admin@*");

        assertThat(verdict(parts[0] + "." + base64(payload) + "." + parts[2]))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.NOT_SIGNED));
    }

    @Test
    void oneThatIsNotSignedIsRefused() {
        var parts = issuer.token(ANA, NOON, Duration.ofHours(1)).split("\\.");

        assertThat(verdict(base64("{\"alg\":\"none\"}") + "." + parts[1] + "."))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.NOT_SIGNED));
    }

    /** The public key, which everybody has, taken as the secret of a symmetric signature. */
    @Test
    void oneSignedSymmetricallyByThePublicKeyIsRefused() throws Exception {
        var parts = issuer.token(ANA, NOON, Duration.ofHours(1)).split("\\.");
        var forged = new JsonWebSignature();
        forged.setPayload(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        forged.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        forged.setKey(new HmacKey(issuer.publicKeys().getBytes(StandardCharsets.UTF_8)));

        assertThat(verdict(forged.getCompactSerialization()))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.NOT_SIGNED));
    }

    @Test
    void whatIsNoTokenIsRefused() {
        for (var text : List.of("", "x", "a.b.c", "....", "{}", "x".repeat(20_000))) {
            assertThat(verdict(text)).as(text).isInstanceOf(Tokens.Verdict.Refused.class);
        }
        assertThat(tokens(NOON).ofHeader(null)).isEqualTo(new Tokens.Verdict.Refused(NoAccess.NO_TOKEN));
        assertThat(tokens(NOON).ofHeader("Basic YTpi")).isEqualTo(new Tokens.Verdict.Refused(NoAccess.NO_TOKEN));
    }

    @Test
    void aTokenGrantsNobodyAnAgentsRole() {
        var agent = new Identity("x", Identity.Kind.SERVICE, Set.of(new Grant(Role.AGENT, "*")));

        assertThat(verdict(issuer.token(agent, NOON, Duration.ofHours(1))))
                .isEqualTo(new Tokens.Verdict.Known(new Identity("x", Identity.Kind.SERVICE, Set.of())));
    }

    @Test
    void groupsOfTheProviderMeanWhatIsConfigured() {
        var trust = new Tokens.Trust(
                NAME,
                AUDIENCE,
                keys.toString(),
                "sub",
                "kind",
                Map.of("person", List.of("operator@retail", "nonsense")));

        assertThat(new Tokens(trust, at(NOON)).verify(issuer.token(ANA, NOON, Duration.ofHours(1))))
                .isEqualTo(new Tokens.Verdict.Known(
                        new Identity("ana", Identity.Kind.PERSON, Set.of(new Grant(Role.OPERATOR, "retail")))));
    }

    @Test
    void keysComeAndGoWithoutARestart() throws Exception {
        var tokens = tokens(NOON);
        var next = new Issuer(NAME, AUDIENCE, Issuer.newKey());
        var token = next.token(ANA, NOON, Duration.ofHours(1));
        assertThat(tokens.verify(token)).isEqualTo(new Tokens.Verdict.Refused(NoAccess.NOT_SIGNED));

        Files.writeString(keys, next.publicKeys());
        Files.setLastModifiedTime(keys, FileTime.from(NOON));

        assertThat(tokens.verify(token)).isEqualTo(new Tokens.Verdict.Known(ANA));
    }

    @Test
    void withoutTheIssuersKeysNobodyGetsIn() throws Exception {
        Files.delete(keys);

        assertThat(verdict(issuer.token(ANA, NOON, Duration.ofHours(1))))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.NO_ISSUER_KNOWN));
    }

    @Test
    void aRoleHoldsWhereItIsGranted() {
        assertThat(ANA.has(Role.DEVELOPER, "retail")).isTrue();
        assertThat(ANA.has(Role.DEVELOPER, "finance")).isFalse();
        assertThat(ANA.has(Role.DEVELOPER, null)).isFalse();
        assertThat(ANA.has(Role.AUDITOR, "finance")).isTrue();
        assertThat(ANA.has(Role.AUDITOR, null)).isTrue();
        assertThat(ANA.namespaces(List.of(Role.DEVELOPER))).isEqualTo(new Namespaces(false, Set.of("retail")));
        assertThat(ANA.namespaces(List.of(Role.AUDITOR)).contains("any")).isTrue();
    }

    @Test
    void aRuleRefusesBeforeTheObjectIsKnown() {
        var operators = new Rule.Bearers(List.of(Role.OPERATOR), Allow.Scope.ANY, "");
        var developers = new Rule.Bearers(List.of(Role.DEVELOPER), Allow.Scope.PATH, "");
        var everywhere = new Rule.Bearers(List.of(Role.DEVELOPER), Allow.Scope.PLATFORM, "");

        assertThat(operators.refuse(ANA, null)).contains(NoAccess.NO_ROLE);
        assertThat(developers.refuse(ANA, "retail")).isEmpty();
        assertThat(developers.refuse(ANA, "finance")).contains(NoAccess.OTHER_NAMESPACE);
        assertThat(developers.refuse(ANA, null)).contains(NoAccess.OTHER_NAMESPACE);
        assertThat(everywhere.refuse(ANA, "retail")).contains(NoAccess.OTHER_NAMESPACE);
    }

    @Test
    void aDoorIsNeverOpenUnlessSomebodySaidSo() {
        var clock = at(NOON);

        assertThatThrownBy(() -> Door.of(config(null, null, false), clock))
                .hasMessageContaining("barecount.access.issuer is not set");
        assertThatThrownBy(() -> Door.of(config(NAME, null, false), clock))
                .hasMessageContaining("barecount.access.keys is not set");
        assertThatThrownBy(() -> Door.of(config(NAME, keys.toString(), true), clock))
                .hasMessageContaining("take one of them away");
        assertThat(Door.of(config(null, null, true), clock).look(null))
                .isEqualTo(new Tokens.Verdict.Known(Identity.ANYBODY));
        assertThat(Door.of(config(NAME, keys.toString(), false), clock).look(null))
                .isEqualTo(new Tokens.Verdict.Refused(NoAccess.NO_TOKEN));
    }

    private static AccessConfig config(String issuer, String keys, boolean open) {
        return new AccessConfig() {
            @Override
            public Optional<String> issuer() {
                return Optional.ofNullable(issuer);
            }

            @Override
            public String audience() {
                return AUDIENCE;
            }

            @Override
            public Optional<String> keys() {
                return Optional.ofNullable(keys);
            }

            @Override
            public String subjectClaim() {
                return "sub";
            }

            @Override
            public String rolesClaim() {
                return "groups";
            }

            @Override
            public Map<String, List<String>> groups() {
                return Map.of();
            }

            @Override
            public boolean open() {
                return open;
            }
        };
    }

    private Tokens.Verdict verdict(String token) {
        return tokens(NOON).verify(token);
    }

    private Tokens tokens(Instant now) {
        return new Tokens(new Tokens.Trust(NAME, AUDIENCE, keys.toString()), at(now));
    }

    private Tokens tokens(Issuer trusted) {
        try {
            Files.writeString(keys, trusted.publicKeys());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return tokens(NOON);
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
