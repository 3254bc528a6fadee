package io.barecount.policy.replay;

import io.barecount.contracts.decision.Finding;
import io.barecount.policy.evaluation.BuiltInRules;
import java.util.Collection;
import java.util.Set;

/** What rules come to, before people and budgets have their say. */
public enum Verdict {
    ALLOWED,
    HELD,
    DENIED;

    /** Said by people and budgets: no rule of any policy set could have changed it. */
    private static final Set<String> NOT_OF_RULES = Set.of(BuiltInRules.APPROVED, BuiltInRules.WITHIN_BUDGET);

    public static Verdict of(Collection<Finding> findings) {
        var verdict = ALLOWED;
        for (var finding : findings) {
            var one = NOT_OF_RULES.contains(finding.rule()) ? ALLOWED : of(finding.level());
            verdict = one.compareTo(verdict) > 0 ? one : verdict;
        }
        return verdict;
    }

    static boolean isOfRules(Finding finding) {
        return !NOT_OF_RULES.contains(finding.rule());
    }

    private static Verdict of(Finding.Level level) {
        return switch (level) {
            case ADVISE -> ALLOWED;
            case APPROVE -> HELD;
            case DENY -> DENIED;
        };
    }
}
