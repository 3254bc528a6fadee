package io.barecount.policy.decision;

import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.decision.ApprovalRule;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.proof.Digest;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Who may approve a held run, and when that is enough. */
public final class Approvals {
    private Approvals() {}

    /** What the rules that spoke want; never empty for a held run. */
    public static List<ApprovalRule> wanted(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.level() == Finding.Level.APPROVE)
                .map(Finding::approvals)
                .toList();
    }

    /** Every rule must have its quorum; one person counts once for each rule that one of the person's roles is named in. */
    public static boolean enough(List<Finding> findings, List<Approval> given) {
        return wanted(findings).stream().allMatch(rule -> missing(rule, given) == 0);
    }

    /** How many people more a rule wants. */
    public static int missing(ApprovalRule rule, List<Approval> given) {
        var people = given.stream()
                .filter(approval -> !Collections.disjoint(approval.roles(), rule.roles()))
                .map(approval -> Approver.plain(approval.by()))
                .distinct()
                .count();
        return (int) Math.max(0, rule.quorum() - people);
    }

    /** How long the run waits: as long as the least patient rule. */
    static Duration patience(List<Finding> findings) {
        return wanted(findings).stream()
                .map(ApprovalRule::expires)
                .min(Duration::compareTo)
                .orElseThrow();
    }

    /** Why this approval would not count; empty if it would. */
    public static Optional<Objection> objection(DecisionState state, Approver approver, Digest binding) {
        return mayDecide(state, approver).or(() -> {
            var held = (DecisionState.Held) state;
            if (!held.binding().equals(binding)) {
                return Optional.of(Objection.conflict(
                        "approval-of-something-else",
                        "What waits for approval is " + held.binding() + ", this approval is of " + binding
                                + ": look at the run again, and approve what it is now."));
            }
            return held.approvals().stream().anyMatch(given -> Approver.same(given.by(), approver.subject()))
                    ? Optional.of(Objection.conflict(
                            "approved-already",
                            approver.subject() + " has approved this run already, and counts once."))
                    : Optional.empty();
        });
    }

    /** Why this person has no say, neither for nor against; empty if the person has. */
    public static Optional<Objection> mayDecide(DecisionState state, Approver approver) {
        if (!(state instanceof DecisionState.Held held)) {
            return Optional.of(Objection.conflict(
                    "not-held",
                    state == null
                            ? "Nothing is decided on this run yet."
                            : "The run is " + DecisionState.outcome(state) + ": only a held run waits for approval."));
        }
        if (Approver.plain(approver.subject()).isEmpty()) {
            return Optional.of(Objection.forbidden("nobody", "An approval is a person's, and none is named."));
        }
        if (Approver.same(held.basis().submitter(), approver.subject())) {
            return Optional.of(Objection.forbidden(
                    "own-submission",
                    approver.subject() + " has submitted this run, and so never counts as its approver: ask somebody"
                            + " else with one of the roles " + String.join(", ", roles(held)) + "."));
        }
        return Collections.disjoint(roles(held), approver.roles())
                ? Optional.of(Objection.forbidden(
                        "role-missing",
                        approver.subject() + " has " + said(approver.roles()) + " in namespace " + held.namespace()
                                + "; one of " + String.join(", ", roles(held)) + " is needed."))
                : Optional.empty();
    }

    /** All roles that any rule names. */
    public static Collection<String> roles(DecisionState.Held held) {
        var roles = new TreeSet<String>();
        wanted(held.findings()).forEach(rule -> roles.addAll(rule.roles()));
        return roles;
    }

    private static String said(List<String> roles) {
        return roles.isEmpty() ? "no role" : "the roles " + String.join(", ", roles);
    }
}
