package io.barecount.policy.decision;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.evaluation.Judgement;
import java.time.Instant;
import java.util.List;

/**
 * What was decided on a run.
 *
 * <pre>
 *   (none) ──accepted──▶ Permitted | Denied
 * </pre>
 *
 * A decision is final: a repeat changes nothing, and neither does whatever else comes under the same run.
 */
public sealed interface DecisionState {
    RunId run();

    String namespace();

    String pipeline();

    /** Digest of the {@code RunSpec} that was decided on. */
    Digest spec();

    /** Name of the boundary that the manifest declares, known or not. */
    String boundary();

    Instant at();

    Digest policySet();

    List<Finding> findings();

    /** @param findings of level advise at most */
    record Permitted(
            RunId run,
            String namespace,
            String pipeline,
            Digest spec,
            String boundary,
            Instant at,
            Digest policySet,
            Estimate estimate,
            List<Finding> findings,
            Envelope permit,
            Instant expiresAt)
            implements DecisionState {
        public Permitted {
            findings = List.copyOf(findings);
        }
    }

    /**
     * @param estimate null if none could be made
     * @param suggestion null if nothing was found that would pass
     */
    record Denied(
            RunId run,
            String namespace,
            String pipeline,
            Digest spec,
            String boundary,
            Instant at,
            Digest policySet,
            Estimate estimate,
            List<Finding> findings,
            Suggestion suggestion)
            implements DecisionState {
        public Denied {
            findings = List.copyOf(findings);
        }
    }

    static Decision<DecisionState> decide(
            DecisionState state, ManifestEvent.Accepted accepted, Instant now, Governance governance) {
        if (state != null) {
            return Decision.unchanged(state);
        }
        var judgement = governance.judge(accepted.spec().manifest());
        return judgement.denied()
                ? deny(accepted, judgement, now, governance)
                : permit(accepted, judgement, now, governance);
    }

    private static Decision<DecisionState> permit(
            ManifestEvent.Accepted accepted, Judgement judgement, Instant now, Governance governance) {
        var run = accepted.run();
        var spec = accepted.spec();
        var manifest = spec.manifest();
        var policySet = governance.rules().digest();
        var issued = governance
                .permits()
                .issue(
                        run,
                        spec,
                        policySet,
                        judgement.boundary().digest(),
                        judgement.estimate(),
                        judgement.asked(),
                        now);
        return Decision.of(
                new Permitted(
                        run,
                        manifest.namespace(),
                        manifest.name(),
                        issued.permit().spec(),
                        judgement.boundary().boundary().name(),
                        now,
                        policySet,
                        judgement.estimate(),
                        judgement.findings(),
                        issued.envelope(),
                        issued.permit().expiresAt()),
                Outgoing.about(
                        run,
                        manifest.namespace(),
                        new DecisionEvent.Permitted(
                                run,
                                spec,
                                judgement.boundary().boundary(),
                                judgement.estimate(),
                                policySet,
                                judgement.findings(),
                                issued.envelope())));
    }

    private static Decision<DecisionState> deny(
            ManifestEvent.Accepted accepted, Judgement judgement, Instant now, Governance governance) {
        var run = accepted.run();
        var spec = accepted.spec();
        var manifest = spec.manifest();
        var network = manifest.spec() == null ? null : manifest.spec().network();
        var policySet = governance.rules().digest();
        return Decision.of(
                new Denied(
                        run,
                        manifest.namespace(),
                        manifest.name(),
                        spec.digest(),
                        network == null ? null : network.boundary(),
                        now,
                        policySet,
                        judgement.estimate(),
                        judgement.findings(),
                        judgement.suggestion()),
                Outgoing.about(
                        run,
                        manifest.namespace(),
                        new DecisionEvent.Denied(
                                run,
                                spec,
                                judgement.estimate(),
                                policySet,
                                judgement.findings(),
                                judgement.suggestion())));
    }
}
