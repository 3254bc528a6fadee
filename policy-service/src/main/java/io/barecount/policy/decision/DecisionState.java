package io.barecount.policy.decision;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.decision.Choice;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.budget.Accounts;
import io.barecount.policy.budget.Funding;
import io.barecount.policy.estimate.Experience;
import io.barecount.policy.estimate.History;
import io.barecount.policy.estimate.Variant;
import io.barecount.policy.evaluation.Exemptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

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
     * @param choice how its runner was chosen; null if the manifest names one
     * @param perTask what a task took on the average, as its cost tells; null until it has succeeded
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
            Funding funding,
            Choice choice,
            Duration perTask)
            implements DecisionState {
        Permitted settled(DecisionInput.Ended end) {
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
                    funding.settled(end.cost(), end.at()),
                    choice,
                    end.succeeded() ? perTask(end.cost()) : null);
        }

        /** Of an older decision it is not known. */
        private Duration perTask(Money cost) {
            return cost == null || basis == null
                    ? null
                    : Experience.perTask(
                            estimate.tariff(),
                            cost,
                            estimate.tasks(),
                            basis.manifest().spec().cost().expectedRuntime());
        }

        /** What runs: the declared manifest, with the runner in its place that was chosen. */
        public Manifest manifest() {
            return choice == null ? basis.manifest() : Variant.on(choice.runner(), basis.manifest());
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
     * @param choice why no runner passed, or which one was not to be; null if the manifest names one
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
            Basis basis,
            Choice choice)
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
     * @param choice how its runner was chosen; null if the manifest names one
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
            Instant expiresAt,
            Choice choice)
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
        return decide(state, input, now, governance, Accounts.NONE, History.NONE, Exemptions.NONE);
    }

    /**
     * @param accounts of all budgets, as they stand now
     * @param history of the pipeline, as far as it is known; a run that is decided on again keeps the one that it was first decided with
     * @param exemptions that hold for the pipeline now
     */
    static Decision<DecisionState> decide(
            DecisionState state,
            DecisionInput input,
            Instant now,
            Governance governance,
            Accounts accounts,
            History history,
            Exemptions exemptions) {
        return switch (input) {
            case DecisionInput.Accepted(var accepted) ->
                state == null
                        ? new Turn(accepted, now, governance, accounts, history, exemptions).decide()
                        : Decision.unchanged(state);
            case DecisionInput.Approve approve ->
                Approvals.objection(state, approve.approver(), approve.binding())
                                .isPresent()
                        ? Decision.unchanged(state)
                        : new Turn((Held) state, now, governance, accounts, exemptions).approve(approve);
            case DecisionInput.Refuse refuse ->
                Approvals.mayDecide(state, refuse.approver()).isPresent()
                        ? Decision.unchanged(state)
                        : new Turn((Held) state, now, governance, accounts, exemptions).refuse(refuse);
            case DecisionInput.Revoke revoke -> revoke(state, revoke, now);
            case DecisionInput.Ended end -> Decision.of(settle(state, end));
            case DecisionInput.Due due ->
                state instanceof Held held && !now.isBefore(held.expiresAt())
                        ? new Turn(held, now, governance, accounts, exemptions).expire()
                        : Decision.unchanged(state);
        };
    }

    private static DecisionState settle(DecisionState state, DecisionInput.Ended end) {
        return switch (state) {
            case Permitted permitted when !permitted.funding().hasEnded() -> permitted.settled(end);
            case Revoked revoked
            when !revoked.permitted().funding().hasEnded() ->
                new Revoked(revoked.permitted().settled(end), revoked.by(), revoked.reason(), revoked.revokedAt());
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

    /** Ids of the rules that speak and did not speak before. */
    static List<String> fired(DecisionState before, DecisionState after) {
        return after == null || after == before
                ? List.of()
                : after.findings().stream()
                        .map(Finding::rule)
                        .filter(rule -> before == null
                                || before.findings().stream()
                                        .noneMatch(finding -> finding.rule().equals(rule)))
                        .distinct()
                        .toList();
    }

    /** What a run takes of exemptions; null for what was never permitted, or hangs on none. */
    static Use use(DecisionState state) {
        return switch (state) {
            case Permitted permitted -> use(permitted);
            case Revoked revoked -> use(revoked.permitted());
            case null, default -> null;
        };
    }

    private static Use use(Permitted permitted) {
        var ids = exemptions(permitted);
        var spent = permitted.funding().spent();
        return ids.isEmpty()
                ? null
                : new Use(ids, spent == null ? permitted.estimate().high() : spent);
    }

    /** Ids of those that let the run pass by rules which speak against it, whatever was decided in the end. */
    static List<String> exemptions(DecisionState state) {
        return state.findings().stream()
                .map(Finding::exemption)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
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
