package io.barecount.access;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Verifies bearers' tokens (RFC 7519, with asymmetric signatures only) and says whose they are. A token that was verified is known until it
 * expires, or for {@value #REMEMBERED_SECONDS} seconds, whichever is shorter; so long a key that was taken away goes on being believed.
 *
 * <p>Safe for several threads. Verifying may wait for the issuer's keys, for seconds at most.
 */
public final class Tokens {
    private static final int REMEMBERED_MAX = 2_000;
    private static final int REMEMBERED_SECONDS = 60;
    private static final int SKEW_SECONDS = 10;
    private static final int TOKEN_CHARACTERS_MAX = 16 * 1024;
    private static final Duration KEYS_KEPT = Duration.ofMinutes(5);
    static final String KIND = "kind";
    static final String GROUPS = "groups";
    private static final Pattern SUBJECT = Pattern.compile("[\\x21-\\x7E]([\\x20-\\x7E]{0,198}[\\x21-\\x7E])?");

    private static final AlgorithmConstraints ASYMMETRIC = new AlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT,
            AlgorithmIdentifiers.EDDSA,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256);

    /**
     * Whom this platform believes.
     *
     * @param issuer as tokens name it
     * @param keys a JSON Web Key Set: a file, or an address of http or https
     * @param rolesClaim a list of texts; a path with {@code /} where it lies deeper
     * @param groups what a group that the claim names means; one written as a {@link Grant} means that
     */
    public record Trust(
            String issuer,
            String audience,
            String keys,
            String subjectClaim,
            String rolesClaim,
            Map<String, List<String>> groups) {
        /** Of an issuer whose tokens are written as ours. */
        public Trust(String issuer, String audience, String keys) {
            this(issuer, audience, keys, "sub", GROUPS, Map.of());
        }
    }

    /** What a token says. */
    public sealed interface Verdict {
        record Known(Identity identity) implements Verdict {}

        record Refused(NoAccess why) implements Verdict {}
    }

    private record Remembered(Identity identity, long untilSeconds) {}

    private final Trust trust;
    private final Clock clock;
    private final VerificationKeyResolver keys;
    private final Map<String, Remembered> remembered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    /** @param trust null if nobody is believed: then every token is refused */
    public Tokens(Trust trust, Clock clock) {
        this.trust = trust;
        this.clock = clock;
        this.keys = trust == null ? null : keys(trust.keys());
    }

    /** @param authorization the header's value; null if there is none */
    public Verdict ofHeader(String authorization) {
        return authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? new Verdict.Refused(NoAccess.NO_TOKEN)
                : verify(authorization.substring(7).strip());
    }

    public Verdict verify(String token) {
        if (trust == null) {
            return new Verdict.Refused(NoAccess.NO_ISSUER_KNOWN);
        }
        if (token.length() > TOKEN_CHARACTERS_MAX) {
            return new Verdict.Refused(NoAccess.MALFORMED);
        }
        var now = clock.instant().getEpochSecond();
        synchronized (remembered) {
            var known = remembered.get(token);
            if (known != null && now < known.untilSeconds()) {
                return new Verdict.Known(known.identity());
            }
        }
        try {
            var claims = consumer(now).processToClaims(token);
            var identity = identity(claims);
            if (identity == null) {
                return new Verdict.Refused(NoAccess.NO_SUBJECT);
            }
            synchronized (remembered) {
                var until = Math.min(now + REMEMBERED_SECONDS, expiry(claims));
                remembered.put(token, new Remembered(identity, until));
            }
            return new Verdict.Known(identity);
        } catch (InvalidJwtException e) {
            return new Verdict.Refused(why(e));
        }
    }

    private JwtConsumer consumer(long now) {
        return new JwtConsumerBuilder()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(SKEW_SECONDS)
                .setEvaluationTime(NumericDate.fromSeconds(now))
                .setExpectedIssuer(trust.issuer())
                .setExpectedAudience(trust.audience())
                .setJwsAlgorithmConstraints(ASYMMETRIC)
                .setVerificationKeyResolver(keys)
                .build();
    }

    private static long expiry(JwtClaims claims) {
        try {
            return claims.getExpirationTime().getValue();
        } catch (MalformedClaimException e) {
            return 0;
        }
    }

    private static NoAccess why(InvalidJwtException e) {
        if (e.hasErrorCode(ErrorCodes.EXPIRED) || e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return NoAccess.EXPIRED;
        }
        if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID) || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return NoAccess.OTHER_ISSUER;
        }
        if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return NoAccess.OTHER_AUDIENCE;
        }
        if (e.hasErrorCode(ErrorCodes.SIGNATURE_INVALID) || e.hasErrorCode(ErrorCodes.SIGNATURE_MISSING)) {
            return NoAccess.NOT_SIGNED;
        }
        if (hasCause(e, IOException.class)) {
            return NoAccess.NO_ISSUER_KNOWN;
        }
        if (hasCause(e, JoseException.class)) {
            return NoAccess.NOT_SIGNED;
        }
        return e.getErrorDetails().stream().anyMatch(error -> error.getErrorCode() == ErrorCodes.JSON_INVALID)
                ? NoAccess.MALFORMED
                : NoAccess.NOT_SIGNED;
    }

    private static boolean hasCause(InvalidJwtException e, Class<? extends Exception> type) {
        for (var cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Null if it is nobody. */
    private Identity identity(JwtClaims claims) {
        var subject = claims.getClaimValueAsString(trust.subjectClaim());
        if (subject == null || !SUBJECT.matcher(subject).matches()) {
            return null;
        }
        var grants = new HashSet<Grant>();
        for (var group : texts(claims.getClaimsMap(), trust.rolesClaim())) {
            grantsOf(group).filter(grant -> grant.role() != Role.AGENT).forEach(grants::add);
        }
        var kind = text(Identity.Kind.SERVICE).equals(claims.getClaimValueAsString(KIND))
                ? Identity.Kind.SERVICE
                : Identity.Kind.PERSON;
        return new Identity(subject, kind, Set.copyOf(grants));
    }

    static String text(Identity.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private Stream<Grant> grantsOf(String group) {
        return Stream.concat(Stream.of(group), trust.groups().getOrDefault(group, List.of()).stream())
                .flatMap(text -> Grant.of(text).stream());
    }

    private static List<String> texts(Map<String, Object> claims, String path) {
        Object found = claims;
        for (var part : path.split("/")) {
            found = found instanceof Map<?, ?> map ? map.get(part) : null;
        }
        return found instanceof Collection<?> list
                ? list.stream().map(String::valueOf).toList()
                : found == null ? List.of() : List.of(found.toString().split(" "));
    }

    private static VerificationKeyResolver keys(String location) {
        if (location.startsWith("http://") || location.startsWith("https://")) {
            var remote = new HttpsJwks(location);
            remote.setDefaultCacheDuration(KEYS_KEPT.toSeconds());
            remote.setRetainCacheOnErrorDuration(KEYS_KEPT.toSeconds());
            return new HttpsJwksVerificationKeyResolver(remote);
        }
        var path = location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location);
        return new FileKeys(path);
    }

    /** Read again whenever the file has changed: keys come and go without a restart. */
    private static final class FileKeys implements VerificationKeyResolver {
        private record Read(FileTime at, VerificationKeyResolver keys) {}

        private final Path file;
        private volatile Read read;

        FileKeys(Path file) {
            this.file = file;
        }

        @Override
        public Key resolveKey(JsonWebSignature token, List<JsonWebStructure> nested) throws UnresolvableKeyException {
            try {
                var at = Files.getLastModifiedTime(file);
                var current = read;
                if (current == null || !current.at().equals(at)) {
                    var set = new JsonWebKeySet(Files.readString(file));
                    current = new Read(at, new JwksVerificationKeyResolver(set.getJsonWebKeys()));
                    read = current;
                }
                return current.keys().resolveKey(token, nested);
            } catch (IOException | JoseException e) {
                throw e instanceof UnresolvableKeyException unresolvable
                        ? unresolvable
                        : new UnresolvableKeyException("the issuer's keys can't be read", e);
            }
        }
    }
}
