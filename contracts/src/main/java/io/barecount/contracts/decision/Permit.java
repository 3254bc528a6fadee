package io.barecount.contracts.decision;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.Statement;
import java.time.Instant;
import java.util.List;

/**
 * Leave to start one run: the predicate of an in-toto statement whose subject is the run's {@code RunSpec} digest, in a DSSE
 * envelope signed by policy-service. It names the digest of every part it was given for, and holds for no other.
 */
public record Permit(
        RunId run,
        String namespace,
        Digest manifest,
        Digest spec,
        Digest policySet,
        Digest boundary,
        Digest estimate,
        List<String> rules,
        Instant issuedAt,
        Instant expiresAt) {
    public static final String PREDICATE_TYPE = "https://barecount.io/attestation/permit/v1";

    public Permit {
        rules = List.copyOf(rules);
    }

    public Envelope sign(SigningKey key) {
        return Statement.of("run-spec", spec, PREDICATE_TYPE, this).sign(key);
    }
}
