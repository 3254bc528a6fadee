package io.barecount.policy.api;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.evaluation.Judgement;
import java.time.Instant;
import java.util.List;

/**
 * A decision as the API tells it.
 *
 * @param run null for a check
 * @param spec digest of the run spec that was decided on
 * @param decidedAt null for a check
 * @param permit null for a denial, and for a check
 * @param expiresAt of the permit
 */
public record DecisionAnswer(
        RunId run,
        Outcome outcome,
        String namespace,
        String pipeline,
        Digest spec,
        String boundary,
        Instant decidedAt,
        Digest policySet,
        List<Finding> findings,
        Estimate estimate,
        Suggestion suggestion,
        Envelope permit,
        Instant expiresAt) {
    /** How it went. */
    public enum Outcome {
        PERMITTED,
        DENIED
    }

    static DecisionAnswer of(DecisionState state) {
        return switch (state) {
            case DecisionState.Permitted permitted ->
                new DecisionAnswer(
                        permitted.run(),
                        Outcome.PERMITTED,
                        permitted.namespace(),
                        permitted.pipeline(),
                        permitted.spec(),
                        permitted.boundary(),
                        permitted.at(),
                        permitted.policySet(),
                        permitted.findings(),
                        permitted.estimate(),
                        null,
                        permitted.permit(),
                        permitted.expiresAt());
            case DecisionState.Denied denied ->
                new DecisionAnswer(
                        denied.run(),
                        Outcome.DENIED,
                        denied.namespace(),
                        denied.pipeline(),
                        denied.spec(),
                        denied.boundary(),
                        denied.at(),
                        denied.policySet(),
                        denied.findings(),
                        denied.estimate(),
                        denied.suggestion(),
                        null,
                        null);
        };
    }

    /** What a run of this spec would get; nothing is signed. */
    static DecisionAnswer of(RunSpec spec, Judgement judgement, Digest policySet) {
        return new DecisionAnswer(
                null,
                judgement.denied() ? Outcome.DENIED : Outcome.PERMITTED,
                spec.manifest().namespace(),
                spec.manifest().name(),
                spec.digest(),
                spec.manifest().spec().network().boundary(),
                null,
                policySet,
                judgement.findings(),
                judgement.estimate(),
                judgement.suggestion(),
                null,
                null);
    }
}
