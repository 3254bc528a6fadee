package io.barecount.policy.api;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.decision.Choice;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.manifest.Change;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.policy.decision.Approvals;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.evaluation.Judgement;
import java.time.Instant;
import java.util.List;

/**
 * A decision as the API tells it.
 *
 * @param run null for a check
 * @param spec digest of the run spec that was decided on
 * @param submitter who asked for the run; null for a check, and for decisions of earlier versions
 * @param decidedAt null for a check
 * @param choice how its runner was chosen; null if the manifest names one
 * @param permit null for a denial, for what is held, and for a check
 * @param expiresAt of the permit, or of the wait for approvals
 * @param waiting null unless it is held
 * @param approvals that were given
 * @param revoked null unless the permit was taken back
 */
public record DecisionAnswer(
        RunId run,
        Outcome outcome,
        String namespace,
        String pipeline,
        Digest spec,
        String boundary,
        String submitter,
        Instant decidedAt,
        Digest policySet,
        List<Finding> findings,
        Estimate estimate,
        Suggestion suggestion,
        Choice choice,
        Envelope permit,
        Instant expiresAt,
        Waiting waiting,
        List<Approval> approvals,
        Revocation revoked) {
    /** How it went. */
    public enum Outcome {
        PERMITTED,
        HELD,
        DENIED,
        REVOKED
    }

    /**
     * What a held run waits for.
     *
     * @param binding what an approval is to name
     * @param since null if no run of this pipeline was permitted before
     */
    public record Waiting(Digest binding, Since since, List<Quorum> quorums) {
        static Waiting of(DecisionState.Held held, DecisionState lastPermitted) {
            return new Waiting(
                    held.binding(),
                    lastPermitted == null ? null : Since.of(lastPermitted, held),
                    held.findings().stream()
                            .filter(finding -> finding.level() == Finding.Level.APPROVE)
                            .map(finding -> new Quorum(
                                    finding.rule(),
                                    finding.approvals().roles(),
                                    finding.approvals().quorum(),
                                    Approvals.missing(finding.approvals(), held.approvals())))
                            .toList());
        }
    }

    /** What is not as it was when a run of this pipeline was last permitted. */
    public record Since(RunId run, Instant decidedAt, List<Change> changes) {
        static Since of(DecisionState last, DecisionState.Held held) {
            var permitted = last instanceof DecisionState.Revoked revoked
                    ? revoked.permitted()
                    : (DecisionState.Permitted) last;
            return new Since(
                    permitted.run(),
                    permitted.at(),
                    Change.between(permitted.manifest(), held.asked().manifest()));
        }
    }

    /** @param missing how many people with one of the roles have yet to approve */
    public record Quorum(String rule, List<String> roles, int quorum, int missing) {}

    public record Revocation(String by, String reason, Instant at) {}

    /** @param lastPermitted of the same pipeline, with its basis, for what is held; null if there is none */
    static DecisionAnswer of(DecisionState state, DecisionState lastPermitted) {
        return switch (state) {
            case DecisionState.Permitted permitted -> permitted(permitted, null);
            case DecisionState.Revoked revoked ->
                permitted(revoked.permitted(), new Revocation(revoked.by(), revoked.reason(), revoked.revokedAt()));
            case DecisionState.Held held ->
                new DecisionAnswer(
                        held.run(),
                        Outcome.HELD,
                        held.namespace(),
                        held.pipeline(),
                        held.spec(),
                        held.boundary(),
                        held.basis().submitter(),
                        held.at(),
                        held.policySet(),
                        held.findings(),
                        held.estimate(),
                        null,
                        held.choice(),
                        null,
                        held.expiresAt(),
                        Waiting.of(held, lastPermitted),
                        held.approvals(),
                        null);
            case DecisionState.Denied denied ->
                new DecisionAnswer(
                        denied.run(),
                        Outcome.DENIED,
                        denied.namespace(),
                        denied.pipeline(),
                        denied.spec(),
                        denied.boundary(),
                        denied.basis() == null ? null : denied.basis().submitter(),
                        denied.at(),
                        denied.policySet(),
                        denied.findings(),
                        denied.estimate(),
                        denied.suggestion(),
                        denied.choice(),
                        null,
                        null,
                        null,
                        null,
                        null);
        };
    }

    private static DecisionAnswer permitted(DecisionState.Permitted permitted, Revocation revoked) {
        return new DecisionAnswer(
                permitted.run(),
                revoked == null ? Outcome.PERMITTED : Outcome.REVOKED,
                permitted.namespace(),
                permitted.pipeline(),
                permitted.spec(),
                permitted.boundary(),
                permitted.basis() == null ? null : permitted.basis().submitter(),
                permitted.at(),
                permitted.policySet(),
                permitted.findings(),
                permitted.estimate(),
                null,
                permitted.choice(),
                permitted.permit(),
                permitted.expiresAt(),
                null,
                permitted.approvals().isEmpty() ? null : permitted.approvals(),
                revoked);
    }

    /** What a run of this spec would get; nothing is signed. */
    static DecisionAnswer of(RunSpec spec, Judgement judgement, Digest policySet) {
        return new DecisionAnswer(
                null,
                switch (judgement.level()) {
                    case ADVISE -> Outcome.PERMITTED;
                    case APPROVE -> Outcome.HELD;
                    case DENY -> Outcome.DENIED;
                },
                spec.manifest().namespace(),
                spec.manifest().name(),
                spec.digest(),
                spec.manifest().spec().network().boundary(),
                null,
                null,
                policySet,
                judgement.findings(),
                judgement.estimate(),
                judgement.suggestion(),
                judgement.choice(),
                null,
                null,
                null,
                null,
                null);
    }
}
