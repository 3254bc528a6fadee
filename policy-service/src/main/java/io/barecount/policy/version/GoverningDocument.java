package io.barecount.policy.version;

import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Digest;
import java.nio.charset.StandardCharsets;

/**
 * A document in the form that its digest is made of.
 *
 * @param name of the boundary, book or budget; all policy sets together are one document
 * @param body canonical JSON
 */
public record GoverningDocument(Kind kind, String name, Digest digest, String body) {
    /** What decisions are made from. */
    public enum Kind {
        POLICIES,
        BOUNDARY,
        PRICES,
        BUDGET
    }

    public static GoverningDocument of(Kind kind, String name, Object content) {
        var body = CanonicalJson.bytes(content);
        return new GoverningDocument(kind, name, Digest.of(body), new String(body, StandardCharsets.UTF_8));
    }
}
