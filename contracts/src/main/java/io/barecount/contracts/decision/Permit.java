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
 *
 * @param rules ids of all that were evaluated
 * @param priceBook that the estimate was made from, and the run is settled by; null in permits of earlier versions
 * @param approvals people's, where rules wanted them; null where none did
 * @param exemptions ids of those without which there would be no permit; it expires with the first of them; null where there are none
 * @param declared digest of the run spec as it was declared, where it left the runner to governance; null where both are the same
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
        Instant expiresAt,
        Digest priceBook,
        List<Approval> approvals,
        List<String> exemptions,
        Digest declared) {
    public static final String PREDICATE_TYPE = "https://barecount.io/attestation/permit/v1";

    public Permit {
        rules = List.copyOf(rules);
        approvals = approvals == null || approvals.isEmpty() ? null : List.copyOf(approvals);
        exemptions = exemptions == null || exemptions.isEmpty() ? null : List.copyOf(exemptions);
    }

    /** One without approvals and exemptions, of a run that names its runner. */
    public Permit(
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
        this(
                run, namespace, manifest, spec, policySet, boundary, estimate, rules, issuedAt, expiresAt, null, null,
                null, null);
    }

    public Envelope sign(SigningKey key) {
        return Statement.of("run-spec", spec, PREDICATE_TYPE, this).sign(key);
    }
}
