package io.barecount.policy.version;

import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.decision.Approver;
import io.barecount.policy.decision.Objection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which version decides, and which is tried beside it.
 *
 * <pre>
 *   (none) ──deployed──▶ live ──promoted, or deployed with other documents than the last time──▶ live, another one
 * </pre>
 *
 * A start with the documents of the last start changes nothing: what was promoted since then lasts.
 *
 * @param live digest of the version that decides
 * @param parts of the live version
 * @param deployed digest of the version that the service was started with last
 * @param shadow digest of the version that is tried; null for none
 * @param shadowSince null for none
 * @param by who promoted the live one, and {@code reason} why, {@code since} when
 */
public record VersionsState(
        Digest live,
        Version parts,
        Digest deployed,
        Digest shadow,
        Instant shadowSince,
        String by,
        String reason,
        Instant since) {
    /** There is one of it. */
    public static final String ID = "live";

    /** Whoever may start the service with documents. */
    public static final String BY_DEPLOYMENT = "deployment";

    private static final String DEPLOYED = "the service was started with documents other than those of its last start";

    private static final String POLICIES = "policies";

    public static Decision<VersionsState> decide(VersionsState state, VersionsInput input, Instant now) {
        return switch (input) {
            case VersionsInput.Deploy(var candidate) ->
                state != null && state.deployed().equals(candidate.version().digest())
                        ? Decision.unchanged(state)
                        : promote(state, candidate, candidate.version().digest(), BY_DEPLOYMENT, DEPLOYED, now);
            case VersionsInput.Propose propose ->
                Decision.of(
                        state,
                        about(
                                POLICIES,
                                new GovernanceEvent.Proposed(
                                        propose.candidate().version().digest(), propose.by(), propose.reason(), now)));
            case VersionsInput.Promote promote ->
                objection(state, promote).isPresent()
                        ? Decision.unchanged(state)
                        : promote(state, promote.candidate(), state.deployed(), promote.by(), promote.reason(), now);
            case VersionsInput.Shadow shadow -> shadow(state, shadow, now);
        };
    }

    /** Why this promotion is refused; empty if it is not. */
    public static Optional<Objection> objection(VersionsState state, VersionsInput.Promote promote) {
        var version = promote.candidate().version().digest();
        if (state.live().equals(version)) {
            return Optional.of(new Objection(
                    Objection.Kind.CONFLICT,
                    "live-already",
                    version + " decides already, since " + state.since() + "."));
        }
        return !promote.open() && Approver.same(promote.proposedBy(), promote.by())
                ? Optional.of(new Objection(
                        Objection.Kind.FORBIDDEN,
                        "own-proposal",
                        promote.by() + " has proposed this version, and so can't promote it: ask somebody else with the"
                                + " role governance in all namespaces."))
                : Optional.empty();
    }

    private static Decision<VersionsState> promote(
            VersionsState state, Candidate candidate, Digest deployed, String by, String reason, Instant now) {
        var parts = candidate.version();
        var live = parts.digest();
        var events = new ArrayList<Outgoing>();
        var stays = state != null && state.live().equals(live);
        var ofShadow = state != null && live.equals(state.shadow());
        if (!stays) {
            changed(state == null ? null : state.parts(), candidate, by, reason, now, events);
            events.add(about(
                    POLICIES,
                    new GovernanceEvent.Promoted(
                            live,
                            state == null ? null : state.live(),
                            parts.policySet(),
                            parts.boundaries(),
                            parts.priceBook(),
                            parts.budgets(),
                            by,
                            reason,
                            now)));
        }
        if (ofShadow) {
            events.add(about(POLICIES, new GovernanceEvent.Shadowed(null, by, reason, now)));
        }
        var keepsShadow = state != null && !ofShadow;
        return new Decision<>(
                new VersionsState(
                        live,
                        parts,
                        deployed,
                        keepsShadow ? state.shadow() : null,
                        keepsShadow ? state.shadowSince() : null,
                        stays ? state.by() : by,
                        stays ? state.reason() : reason,
                        stays ? state.since() : now),
                events);
    }

    /** Boundaries and budgets that hold from now on and did not, or not so; what is gone is not in the promotion's lists any more. */
    private static void changed(
            Version before, Candidate candidate, String by, String reason, Instant now, List<Outgoing> events) {
        candidate.version().boundaries().forEach((name, digest) -> {
            var was = before == null ? null : before.boundaries().get(name);
            if (!digest.equals(was)) {
                events.add(about(
                        "boundary/" + name,
                        new GovernanceEvent.BoundaryRegistered(name, digest, was, by, reason, now)));
            }
        });
        for (var budget : candidate.budgets()) {
            var digest = candidate.version().budgets().get(budget.name());
            if (before == null || !digest.equals(before.budgets().get(budget.name()))) {
                events.add(about(
                        "budget/" + budget.name(),
                        new GovernanceEvent.BudgetSet(
                                budget.name(),
                                budget.namespace(),
                                budget.costCenter(),
                                budget.limit(),
                                budget.period().name().toLowerCase(Locale.ROOT),
                                by,
                                reason,
                                now)));
            }
        }
    }

    private static Decision<VersionsState> shadow(VersionsState state, VersionsInput.Shadow shadow, Instant now) {
        var same = shadow.version() == null
                ? state.shadow() == null
                : shadow.version().equals(state.shadow());
        return same
                ? Decision.unchanged(state)
                : Decision.of(
                        new VersionsState(
                                state.live(),
                                state.parts(),
                                state.deployed(),
                                shadow.version(),
                                shadow.version() == null ? null : now,
                                state.by(),
                                state.reason(),
                                state.since()),
                        about(
                                POLICIES,
                                new GovernanceEvent.Shadowed(shadow.version(), shadow.by(), shadow.reason(), now)));
    }

    private static Outgoing about(String document, GovernanceEvent event) {
        return new Outgoing(document, document, null, event);
    }
}
