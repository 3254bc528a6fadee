package io.barecount.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** Makes tokens where there is no provider of identities: for the embedded platform, and for tests. Its key is Ed25519, as a JSON Web Key. */
public final class Issuer {
    private final String name;
    private final String audience;
    private final PublicJsonWebKey key;

    /**
     * @param key as {@link #newKey} made it
     * @throws IllegalArgumentException if it is none
     */
    public Issuer(String name, String audience, String key) {
        this.name = name;
        this.audience = audience;
        try {
            this.key = PublicJsonWebKey.Factory.newPublicJwk(key);
        } catch (JoseException e) {
            throw new IllegalArgumentException("the key of tokens is no JSON Web Key with a private half", e);
        }
    }

    /** A private key as a JSON Web Key: keep it secret. Its id is its thumbprint (RFC 7638). */
    public static String newKey() {
        try {
            var key = OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
            key.setKeyId(key.calculateBase64urlEncodedThumbprint("SHA-256"));
            return key.toJson(OutputControlLevel.INCLUDE_PRIVATE);
        } catch (JoseException e) {
            throw new IllegalStateException("every Java platform has Ed25519", e);
        }
    }

    /** What verifies its tokens, as a JSON Web Key Set: for everybody. */
    public String publicKeys() {
        return new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    /** @param valid from now on */
    public String token(Identity identity, Instant now, Duration valid) {
        var claims = new JwtClaims();
        claims.setIssuer(name);
        claims.setAudience(audience);
        claims.setSubject(identity.subject());
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.plus(valid).getEpochSecond()));
        claims.setGeneratedJwtId();
        claims.setStringClaim(Tokens.KIND, Tokens.text(identity.kind()));
        claims.setStringListClaim(Tokens.GROUPS, texts(identity.grants()));
        var token = new JsonWebSignature();
        token.setPayload(claims.toJson());
        token.setKey(key.getPrivateKey());
        token.setKeyIdHeaderValue(key.getKeyId());
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.EDDSA);
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("the key of tokens does not sign", e);
        }
    }

    private static List<String> texts(Collection<Grant> grants) {
        return grants.stream().map(Grant::toString).sorted().toList();
    }
}
