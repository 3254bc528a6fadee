package io.barecount.policy.permit;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
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

    /** @param rules ids of all that were evaluated */
    public Issued issue(
            RunId run,
            RunSpec spec,
            Digest policySet,
            Digest boundary,
            Estimate estimate,
            List<String> rules,
            Instant now) {
        var permit = new Permit(
                run,
                spec.manifest().namespace(),
                spec.manifest().digest(),
                spec.digest(),
                policySet,
                boundary,
                Digest.ofCanonical(estimate),
                rules,
                now,
                now.plus(validity));
        return new Issued(permit, permit.sign(key));
    }

    /** What permits are checked with. */
    public VerifyingKey verifyingKey() {
        return key.verifyingKey();
    }
}
