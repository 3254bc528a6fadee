package io.barecount.policy.decision;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A decision that was made; a run is decided once.
 *
 * @param permit null if it was denied
 */
public record DecisionState(
        RunId run,
        String namespace,
        String pipeline,
        boolean permitted,
        Digest spec,
        Digest policySet,
        Estimate estimate,
        List<Finding> findings,
        Suggestion suggestion,
        Envelope permit,
        Instant at) {
    public DecisionState {
        findings = List.copyOf(findings);
    }

    /**
     * What signs, and for how long it holds.
     *
     * @param validity of a permit, from the decision on
     */
    public record Signer(SigningKey key, Duration validity) {}

    /** @param state a decision made before stands */
    public static Decision<DecisionState> decide(
            DecisionState state, ManifestEvent.Accepted accepted, Governance governance, Signer signer, Instant now) {
        if (state != null) {
            return Decision.unchanged(state);
        }
        var manifest = accepted.spec().manifest();
        var verdict = governance.judge(manifest);
        var permit = verdict.isPermitted() ? permit(accepted, verdict, governance, signer, now) : null;
        var decided = new DecisionState(
                accepted.run(),
                manifest.namespace(),
                manifest.name(),
                verdict.isPermitted(),
                accepted.spec().digest(),
                governance.policySet(),
                verdict.estimate(),
                verdict.findings(),
                verdict.suggestion(),
                permit,
                now);
        return Decision.of(
                decided,
                Outgoing.about(accepted.run(), manifest.namespace(), event(accepted, decided, verdict.boundary())));
    }

    private static DecisionEvent event(ManifestEvent.Accepted accepted, DecisionState decided, Boundary boundary) {
        return decided.permitted()
                ? new DecisionEvent.Permitted(
                        decided.run(),
                        accepted.spec(),
                        boundary,
                        decided.estimate(),
                        decided.policySet(),
                        decided.findings(),
                        decided.permit())
                : new DecisionEvent.Denied(
                        decided.run(),
                        accepted.spec(),
                        decided.estimate(),
                        decided.policySet(),
                        decided.findings(),
                        decided.suggestion());
    }

    private static Envelope permit(
            ManifestEvent.Accepted accepted,
            Governance.Verdict verdict,
            Governance governance,
            Signer signer,
            Instant now) {
        var rules = governance.rules().stream().map(rule -> rule.rule().id()).toList();
        return new Permit(
                        accepted.run(),
                        accepted.spec().manifest().namespace(),
                        accepted.spec().manifest().digest(),
                        accepted.spec().digest(),
                        governance.policySet(),
                        verdict.boundary().digest(),
                        Digest.ofCanonical(verdict.estimate()),
                        rules,
                        now,
                        now.plus(signer.validity()))
                .sign(signer.key());
    }
}
