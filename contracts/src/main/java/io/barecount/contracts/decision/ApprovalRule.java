package io.barecount.contracts.decision;

import java.time.Duration;
import java.util.List;

/**
 * Whose leave a run needs that a rule of level approve spoke about.
 *
 * @param roles an approver has at least one of them in the run's namespace
 * @param quorum how many different people, none of them the submitter
 * @param expires how long the run waits for them; then it is denied
 */
public record ApprovalRule(List<String> roles, int quorum, Duration expires) {
    public ApprovalRule {
        roles = List.copyOf(roles);
    }
}
