package io.barecount.policy.exemption;

import io.barecount.contracts.decision.Exemption;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.contracts.governance.GovernanceEvent.ExemptionEnded.How;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.decision.Approver;
import io.barecount.policy.decision.Objection;
import io.barecount.policy.evaluation.BuiltInRules;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.evaluation.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * An exemption, from its proposal to its end.
 *
 * <pre>
 *   (none) ──proposed──▶ PROPOSED ──granted by another person──▶ GRANTED ──revoked──▶ REVOKED
 *                           ├──refused──▶ REFUSED                   └──time is over──▶ EXPIRED
 *                           └──time is over──▶ EXPIRED
 * </pre>
 *
 * A repeat changes nothing. An exemption holds by its times, not by its standing: no decision waits for the expiry to be told.
 *
 * @param exemption {@code grantedBy} is null until it is granted
 * @param grant null until then
 * @param end null until then
 */
public record ExemptionState(Exemption exemption, Standing standing, Instant proposedAt, Act grant, Act end) {
    /** What has become of it. */
    public enum Standing {
        PROPOSED,
        GRANTED,
        REFUSED,
        REVOKED,
        EXPIRED;

        /** As the API and the database write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param by null where time did it */
    public record Act(String by, String reason, Instant at) {}

    private static final String NAMESPACE = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
    private static final String OVER = "its time is over";

    /** @param rules that decide now */
    public static Decision<ExemptionState> decide(
            ExemptionState state, ExemptionInput input, Instant now, Rules rules) {
        return objection(state, input, now, rules).isPresent()
                ? Decision.unchanged(state)
                : switch (input) {
                    case ExemptionInput.Propose(var asked, var longest) ->
                        state == null ? proposed(asked, now) : Decision.unchanged(state);
                    case ExemptionInput.Grant grant -> state.granted(grant, now);
                    case ExemptionInput.Refuse(var by, var reason) ->
                        state.ended(Standing.REFUSED, How.REFUSED, new Act(by, reason, now));
                    case ExemptionInput.Revoke(var by, var reason) ->
                        state.ended(Standing.REVOKED, How.REVOKED, new Act(by, reason, now));
                    case ExemptionInput.Due due ->
                        state != null
                                        && state.isOpen()
                                        && !now.isBefore(state.exemption().until())
                                ? state.ended(Standing.EXPIRED, How.EXPIRED, new Act(null, OVER, now))
                                : Decision.unchanged(state);
                };
    }

    /** Why this is refused; empty if it is not. */
    public static Optional<Objection> objection(ExemptionState state, ExemptionInput input, Instant now, Rules rules) {
        return switch (input) {
            case ExemptionInput.Propose(var asked, var longest) ->
                state == null ? objection(asked, longest, now, rules) : Optional.empty();
            case ExemptionInput.Grant grant ->
                wants(state, Standing.PROPOSED).or(() -> state.objection(grant, now, rules));
            case ExemptionInput.Refuse refuse -> wants(state, Standing.PROPOSED);
            case ExemptionInput.Revoke revoke -> wants(state, Standing.GRANTED);
            case ExemptionInput.Due due -> Optional.empty();
        };
    }

    private static Optional<Objection> objection(Exemption asked, Duration longest, Instant now, Rules rules) {
        return exemptible(asked.rule(), rules).or(() -> {
            if (!asked.namespace().matches(NAMESPACE)) {
                return invalid("namespace", "an exemption is for one namespace, found " + asked.namespace());
            }
            if (!asked.until().isAfter(now) || !asked.until().isAfter(asked.from())) {
                return invalid(
                        "until",
                        "an exemption ends after it begins, and after now: found " + asked.from() + " until "
                                + asked.until() + ", now is " + now);
            }
            if (Duration.between(asked.from(), asked.until()).compareTo(longest) > 0) {
                return invalid(
                        "until",
                        "an exemption is for " + longest.toDays() + " days at most, found " + asked.from() + " until "
                                + asked.until() + "; what is to last is a change of the rule");
            }
            if (asked.runsMax() != null && asked.runsMax() < 1) {
                return invalid("runsMax", "at least one run is let pass, found " + asked.runsMax());
            }
            return asked.costMax() != null && asked.costMax().amount().signum() <= 0
                    ? invalid("costMax", "an amount above nothing is wanted, found " + asked.costMax())
                    : Optional.empty();
        });
    }

    private static Optional<Objection> exemptible(String id, Rules rules) {
        if (BuiltInRules.IDS.contains(id)) {
            return Optional.of(Objection.invalid(
                    "not-exemptible", id + " is built in, and nothing passes by it: no policy set can turn it off."));
        }
        var rule = rules.rule(id);
        if (rule.isEmpty()) {
            return Optional.of(Objection.invalid(
                    "no-rule", "There is no rule '" + id + "' in what decides now. GET /policies lists them."));
        }
        return Boolean.FALSE.equals(rule.get().exemptible())
                ? Optional.of(Objection.invalid(
                        "not-exemptible",
                        "The rule " + id + " says exemptible: false, so nothing passes by it; ask its owner, "
                                + rule.get().owner() + "."))
                : Optional.empty();
    }

    private static Optional<Objection> invalid(String field, String detail) {
        return Optional.of(Objection.invalid("invalid-exemption", "The field '" + field + "': " + detail + "."));
    }

    private static Optional<Objection> wants(ExemptionState state, Standing wanted) {
        return state.standing() == wanted
                ? Optional.empty()
                : Optional.of(Objection.conflict(
                        "not-" + wanted.text(),
                        "The exemption is " + state.standing().text() + ": only one that is " + wanted.text()
                                + (wanted == Standing.PROPOSED ? " can be granted or refused." : " can be revoked.")));
    }

    private Optional<Objection> objection(ExemptionInput.Grant grant, Instant now, Rules rules) {
        if (Approver.same(exemption.proposedBy(), grant.by())) {
            return Optional.of(Objection.forbidden(
                    "own-proposal",
                    grant.by() + " has proposed this exemption, and so can't grant it: ask somebody else with the role"
                            + " governance in namespace " + exemption.namespace() + "."));
        }
        if (Approver.same(exemption.owner(), grant.by())) {
            return Optional.of(Objection.forbidden(
                    "own-exemption",
                    grant.by() + " answers for this exemption, and so can't grant it: ask somebody else with the role"
                            + " governance in namespace " + exemption.namespace() + "."));
        }
        if (!now.isBefore(exemption.until())) {
            return Optional.of(Objection.conflict(
                    "too-late", "The exemption would have ended at " + exemption.until() + ": propose another one."));
        }
        return exemptible(exemption.rule(), rules).or(() -> {
            var mandatory = rules.sets().stream()
                    .filter(set -> Boolean.TRUE.equals(set.mandatory()))
                    .filter(set -> set.rules().stream().map(Rule::id).anyMatch(exemption.rule()::equals))
                    .map(PolicySet::name)
                    .findFirst();
            return mandatory
                    .filter(set -> !grant.everywhere())
                    .map(set -> Objection.forbidden(
                            "mandatory-rule",
                            "The policy set " + set + " is mandatory, so that no namespace lets itself pass by its"
                                    + " rules: ask somebody with the role governance in all namespaces."));
        });
    }

    private static Decision<ExemptionState> proposed(Exemption asked, Instant now) {
        return Decision.of(
                new ExemptionState(asked, Standing.PROPOSED, now, null, null),
                about(
                        asked,
                        new GovernanceEvent.ExemptionProposed(
                                asked.id(), asked.namespace(), asked, asked.proposedBy(), asked.reason(), now)));
    }

    private Decision<ExemptionState> granted(ExemptionInput.Grant grant, Instant now) {
        var holds = exemption.granted(grant.by(), now);
        return Decision.of(
                new ExemptionState(holds, Standing.GRANTED, proposedAt, new Act(grant.by(), grant.reason(), now), null),
                about(
                        holds,
                        new GovernanceEvent.ExemptionGranted(
                                holds.id(), holds.namespace(), holds, grant.by(), grant.reason(), now)));
    }

    private Decision<ExemptionState> ended(Standing as, How how, Act act) {
        return Decision.of(
                new ExemptionState(exemption, as, proposedAt, grant, act),
                about(
                        exemption,
                        new GovernanceEvent.ExemptionEnded(
                                exemption.id(), exemption.namespace(), how, act.by(), act.reason(), act.at())));
    }

    private boolean isOpen() {
        return standing == Standing.PROPOSED || standing == Standing.GRANTED;
    }

    private static Outgoing about(Exemption exemption, GovernanceEvent event) {
        var document = "exemption/" + exemption.id();
        return new Outgoing(document, document, exemption.namespace(), event);
    }
}
