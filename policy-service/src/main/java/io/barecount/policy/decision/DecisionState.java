package io.barecount.policy.decision;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.budget.Accounts;
import io.barecount.policy.budget.Funding;
import java.time.Instant;
import java.util.List;

/**
 * What was decided on a run.
 *
 * <pre>
 *   (none) ──accepted──▶ Permitted ──revoked──▶ Revoked
 *      │                     ▲
 *      ├────▶ Held ──enough approvals
 *      │       │ └──what was to be approved has changed──▶ Held, without approvals
 *      │       └──refused | time is over | forbidden by now──▶ Denied
 *      └────▶ Denied
 * </pre>
 *
 * A repeat changes nothing, and neither does whatever else comes under the same run.
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

    /** Null in decisions that were made before it was kept. */
    Basis basis();

    /**
     * @param findings of level advise, or of level approve with their approvals in the permit
     * @param funding nothing is reserved in decisions that were made before it was kept
     */
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
            Instant expiresAt,
            Basis basis,
            List<Approval> approvals,
            Funding funding)
            implements DecisionState {
        Permitted settled(Money cost, Instant endedAt) {
            return new Permitted(
                    run,
                    namespace,
                    pipeline,
                    spec,
                    boundary,
                    at,
                    policySet,
                    estimate,
                    findings,
                    permit,
                    expiresAt,
                    basis,
                    approvals,
                    funding.settled(cost, endedAt));
        }

        public Permitted {
            findings = List.copyOf(findings);
            approvals = approvals == null ? List.of() : List.copyOf(approvals);
            funding = funding == null ? Funding.NONE : funding;
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
            Suggestion suggestion,
            Basis basis)
            implements DecisionState {
        public Denied {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Waits for people.
     *
     * @param asked what will run if they approve
     * @param binding digest of what they approve
     * @param approvals of exactly this binding, none by the submitter
     * @param expiresAt when it is denied
     */
    record Held(
            RunId run,
            String namespace,
            String pipeline,
            Digest spec,
            String boundary,
            Instant at,
            Digest policySet,
            Estimate estimate,
            List<Finding> findings,
            Basis basis,
            RunSpec asked,
            Digest binding,
            List<Approval> approvals,
            Instant expiresAt)
            implements DecisionState {
        public Held {
            findings = List.copyOf(findings);
            approvals = approvals == null ? List.of() : List.copyOf(approvals);
        }
    }

    /** @param permitted as it was */
    record Revoked(Permitted permitted, String by, String reason, Instant revokedAt) implements DecisionState {
        @Override
        public RunId run() {
            return permitted.run();
        }

        @Override
        public String namespace() {
            return permitted.namespace();
        }

        @Override
        public String pipeline() {
            return permitted.pipeline();
        }

        @Override
        public Digest spec() {
            return permitted.spec();
        }

        @Override
        public String boundary() {
            return permitted.boundary();
        }

        @Override
        public Instant at() {
            return permitted.at();
        }

        @Override
        public Digest policySet() {
            return permitted.policySet();
        }

        @Override
        public List<Finding> findings() {
            return permitted.findings();
        }

        @Override
        public Basis basis() {
            return permitted.basis();
        }
    }

    String PERMITTED = "permitted";
    String DENIED = "denied";
    String HELD = "held";
    String REVOKED = "revoked";

    /** All that {@link #outcome} says. */
    List<String> OUTCOMES = List.of(PERMITTED, HELD, DENIED, REVOKED);

    /** The state in one word, as the API tells it. */
    static String outcome(DecisionState state) {
        return switch (state) {
            case Permitted permitted -> PERMITTED;
            case Denied denied -> DENIED;
            case Held held -> HELD;
            case Revoked revoked -> REVOKED;
        };
    }

    static Decision<DecisionState> decide(
            DecisionState state, DecisionInput input, Instant now, Governance governance) {
        return decide(state, input, now, governance, Accounts.NONE);
    }

    /** @param accounts of all budgets, as they stand now */
    static Decision<DecisionState> decide(
            DecisionState state, DecisionInput input, Instant now, Governance governance, Accounts accounts) {
        return switch (input) {
            case DecisionInput.Accepted(var accepted) ->
                state == null ? new Turn(accepted, now, governance, accounts).decide() : Decision.unchanged(state);
            case DecisionInput.Approve approve ->
                Approvals.objection(state, approve.approver(), approve.binding())
                                .isPresent()
                        ? Decision.unchanged(state)
                        : new Turn((Held) state, now, governance, accounts).approve(approve);
            case DecisionInput.Refuse refuse ->
                Approvals.mayDecide(state, refuse.approver()).isPresent()
                        ? Decision.unchanged(state)
                        : new Turn((Held) state, now, governance, accounts).refuse(refuse);
            case DecisionInput.Revoke revoke -> revoke(state, revoke, now);
            case DecisionInput.Ended(var cost, var at) -> Decision.of(settle(state, cost, at));
            case DecisionInput.Due due ->
                state instanceof Held held && !now.isBefore(held.expiresAt())
                        ? new Turn(held, now, governance, accounts).expire()
                        : Decision.unchanged(state);
        };
    }

    private static DecisionState settle(DecisionState state, Money cost, Instant at) {
        return switch (state) {
            case Permitted permitted when !permitted.funding().isSettled() -> permitted.settled(cost, at);
            case Revoked revoked
            when !revoked.permitted().funding().isSettled() ->
                new Revoked(revoked.permitted().settled(cost, at), revoked.by(), revoked.reason(), revoked.revokedAt());
            case null, default -> state;
        };
    }

    /** Null for what was never permitted. */
    static Funding funding(DecisionState state) {
        return switch (state) {
            case Permitted permitted -> permitted.funding();
            case Revoked revoked -> revoked.permitted().funding();
            case null, default -> null;
        };
    }

    private static Decision<DecisionState> revoke(DecisionState state, DecisionInput.Revoke revoke, Instant now) {
        if (!(state instanceof Permitted permitted)) {
            return Decision.unchanged(state);
        }
        var run = permitted.run();
        var namespace = permitted.namespace();
        return Decision.of(
                new Revoked(permitted, revoke.by(), revoke.reason(), now),
                Outgoing.about(
                        run, namespace, new GovernanceEvent.Revoked(run, namespace, revoke.by(), revoke.reason(), now)),
                Outgoing.about(
                        run,
                        namespace,
                        new DecisionEvent.Revoked(
                                run,
                                namespace,
                                permitted.pipeline(),
                                permitted.spec(),
                                revoke.by(),
                                revoke.reason(),
                                now)));
    }
}
