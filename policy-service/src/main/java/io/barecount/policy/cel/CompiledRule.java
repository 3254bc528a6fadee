package io.barecount.policy.cel;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime.Program;
import io.barecount.contracts.decision.Finding;
import io.barecount.policy.evaluation.Answer;
import io.barecount.policy.evaluation.Facts;
import io.barecount.policy.evaluation.Rule;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A rule, ready to be asked.
 *
 * @param match null for a rule that is meant for every run
 * @param needs names of the facts that its expressions speak of
 */
record CompiledRule(
        Rule rule,
        Program match,
        Program condition,
        Program message,
        Program found,
        Program allowed,
        Set<String> needs) {
    private static final Answer UNMATCHED = new Answer.Unmatched();
    private static final Answer PASSED = new Answer.Passed();

    boolean canBeAsked(Facts facts) {
        return needs.stream().allMatch(facts::has);
    }

    /** Empty if the rule has nothing to say. */
    Optional<Finding> ask(Facts facts) {
        return answer(facts) instanceof Answer.Fired(var finding) ? Optional.of(finding) : Optional.empty();
    }

    /** What goes wrong while it is evaluated, in whichever expression, is a denial. */
    Answer answer(Facts facts) {
        var variables = facts.variables();
        try {
            if (match != null && !bool(match, variables)) {
                return UNMATCHED;
            }
            return bool(condition, variables)
                    ? PASSED
                    : new Answer.Fired(finding(
                            rule.level(), text(message, variables), text(found, variables), text(allowed, variables)));
        } catch (CelEvaluationException | RuntimeException e) {
            return new Answer.Fired(finding(
                    Finding.Level.DENY,
                    "The rule can't be evaluated, and so denies: " + e.getMessage(),
                    "an error",
                    "a rule that can be evaluated: ask " + rule.owner()));
        }
    }

    /** As {@link #ask}, without the words. */
    boolean denies(Facts facts) {
        if (rule.level() == Finding.Level.DENY) {
            try {
                return !holds(facts.variables());
            } catch (CelEvaluationException | RuntimeException e) {
                return true;
            }
        }
        return ask(facts)
                .filter(finding -> finding.level() == Finding.Level.DENY)
                .isPresent();
    }

    private boolean holds(Map<String, Object> variables) throws CelEvaluationException {
        return (match != null && !bool(match, variables)) || bool(condition, variables);
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

    private static boolean bool(Program program, Map<String, Object> variables) throws CelEvaluationException {
        return (Boolean) program.eval(variables);
    }

    private static String text(Program program, Map<String, Object> variables) throws CelEvaluationException {
        return (String) program.eval(variables);
    }
}
