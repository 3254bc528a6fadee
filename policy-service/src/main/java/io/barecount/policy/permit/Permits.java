package io.barecount.policy.permit;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.policy.evaluation.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Issues permits: signed leave to start exactly one run. */
public final class Permits {
    private final SigningKey key;
    private final Duration validity;

    /** @throws IllegalArgumentException unless the validity is longer than nothing */
    public Permits(SigningKey key, Duration validity) {
        if (validity.isZero() || validity.isNegative()) {
            throw new IllegalArgumentException("a permit is valid for some time, found " + validity);
        }
        this.key = key;
        this.validity = validity;
    }

    /**
     * A permit, and the envelope that proves it. Ed25519 signatures are deterministic (RFC 8032): the same arguments give the same
     * bytes.
     */
    public record Issued(Permit permit, Envelope envelope) {}

    /**
     * @param spec that may run
     * @param declared digest of the spec as it was declared
     * @param approvals that were given for exactly this
     * @param until when the first of the exemptions ends that it hangs on; null where there are none
     */
    public Issued issue(
            RunId run,
            RunSpec spec,
            Digest specDigest,
            Digest declared,
            Digest policySet,
            Judgement judgement,
            List<Approval> approvals,
            Instant until,
            Instant now) {
        var expiresAt = now.plus(validity);
        var permit = new Permit(
                run,
                spec.manifest().namespace(),
                spec.manifest().digest(),
                specDigest,
                policySet,
                judgement.boundary().digest(),
                Digest.ofCanonical(judgement.estimate()),
                judgement.asked(),
                now,
                until != null && until.isBefore(expiresAt) ? until : expiresAt,
                judgement.estimate().priceBook(),
                approvals,
                judgement.exemptions(),
                declared.equals(specDigest) ? null : declared);
        return new Issued(permit, permit.sign(key));
    }

    /** What permits are checked with. */
    public VerifyingKey verifyingKey() {
        return key.verifyingKey();
    }
}
