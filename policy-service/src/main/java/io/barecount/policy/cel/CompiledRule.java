package io.barecount.policy.cel;

import dev.cel.runtime.CelEvaluationException;
import io.barecount.contracts.decision.Finding;
import io.barecount.policy.evaluation.Answer;
import io.barecount.policy.evaluation.Facts;
import io.barecount.policy.evaluation.Rule;
import java.util.Set;

/** A rule, ready to be asked. */
final class CompiledRule {
    private static final Answer UNMATCHED = new Answer.Unmatched();
    private static final Answer PASSED = new Answer.Passed();

    private final Rule rule;
    private final Expression match;
    private final Expression condition;
    private final Expression message;
    private final Expression found;
    private final Expression allowed;
    private final boolean needsBoundary;
    private final boolean needsEstimate;

    /**
     * @param match null for a rule that is meant for every run
     * @param needs names of the facts that its expressions speak of
     */
    CompiledRule(
            Rule rule,
            Expression match,
            Expression condition,
            Expression message,
            Expression found,
            Expression allowed,
            Set<String> needs) {
        this.rule = rule;
        this.match = match;
        this.condition = condition;
        this.message = message;
        this.found = found;
        this.allowed = allowed;
        this.needsBoundary = needs.contains("boundary");
        this.needsEstimate = needs.contains("estimate");
    }

    private CompiledRule(CompiledRule other, Expression match, Expression condition) {
        this.rule = other.rule;
        this.match = match;
        this.condition = condition;
        this.message = other.message;
        this.found = other.found;
        this.allowed = other.allowed;
        this.needsBoundary = other.needsBoundary;
        this.needsEstimate = other.needsEstimate;
    }

    /** Without shortcuts. */
    CompiledRule byTheBook() {
        return new CompiledRule(this, match == null ? null : match.alone(), condition.alone());
    }

    Rule rule() {
        return rule;
    }

    String id() {
        return rule.id();
    }

    int slots() {
        return Math.max(match == null ? 0 : match.slots(), condition.slots());
    }

    boolean canBeAsked(Facts facts) {
        return !(needsBoundary && facts.boundary() == null) && !(needsEstimate && facts.estimate() == null);
    }

    /** What goes wrong while it is evaluated, in whichever expression, is a denial. */
    Answer answer(Step.Frame frame) {
        try {
            if (match != null && !match.holds(frame)) {
                return UNMATCHED;
            }
            return condition.holds(frame)
                    ? PASSED
                    : new Answer.Fired(
                            finding(rule.level(), message.text(frame), found.text(frame), allowed.text(frame)));
        } catch (CelEvaluationException | RuntimeException e) {
            return new Answer.Fired(finding(
                    Finding.Level.DENY,
                    "The rule can't be evaluated, and so denies: " + e.getMessage(),
                    "an error",
                    "a rule that can be evaluated: ask " + rule.owner()));
        }
    }

    /** Whether {@link #answer} would be a denial, without the words. */
    boolean denies(Step.Frame frame) {
        if (rule.level() == Finding.Level.DENY) {
            try {
                return (match == null || match.holds(frame)) && !condition.holds(frame);
            } catch (CelEvaluationException | RuntimeException e) {
                return true;
            }
        }
        return answer(frame) instanceof Answer.Fired(var finding) && finding.level() == Finding.Level.DENY;
    }

    private Finding finding(Finding.Level level, String message, String found, String allowed) {
        return new Finding(
                rule.id(),
                level,
                rule.path(),
                message,
                found,
                allowed,
                rule.owner(),
                level == Finding.Level.APPROVE ? rule.approvals() : null,
                null);
    }
}
