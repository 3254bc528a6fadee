package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.ApprovalRule;
import io.barecount.contracts.decision.Finding;

/**
 * One rule as its owner wrote it. What is said to be an expression is one over the facts of a decision, see {@link Facts}.
 *
 * @param owner whom to ask
 * @param rationale why there is such a rule
 * @param level how much it weighs that the condition does not hold
 * @param match expression: whether the rule is meant for this run; null for a rule that always is
 * @param condition expression: what must hold
 * @param path the field of a manifest that it speaks of, as a JSON pointer
 * @param message expression: the reason, made from the facts
 * @param found expression: what the manifest has there
 * @param allowed expression: what would pass
 * @param approvals whose leave is needed where the condition does not hold; null unless the level is approve
 * @param exemptible false for a rule that no exemption lets anything pass by; null for any other
 */
public record Rule(
        String id,
        String owner,
        String rationale,
        Finding.Level level,
        String match,
        String condition,
        String path,
        String message,
        String found,
        String allowed,
        ApprovalRule approvals,
        Boolean exemptible) {
    /** One that nobody can approve. */
    public Rule(
            String id,
            String owner,
            String rationale,
            Finding.Level level,
            String match,
            String condition,
            String path,
            String message,
            String found,
            String allowed) {
        this(id, owner, rationale, level, match, condition, path, message, found, allowed, null, null);
    }

    /** One that exemptions may be granted from. */
    public Rule(
            String id,
            String owner,
            String rationale,
            Finding.Level level,
            String match,
            String condition,
            String path,
            String message,
            String found,
            String allowed,
            ApprovalRule approvals) {
        this(id, owner, rationale, level, match, condition, path, message, found, allowed, approvals, null);
    }
}
