package io.barecount.policy.decision;

import io.barecount.contracts.Money;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.proof.Digest;
import java.time.Instant;

/** What can move a decision. */
public sealed interface DecisionInput {
    /** Intake has accepted the run's manifest. */
    record Accepted(ManifestEvent.Accepted accepted) implements DecisionInput {}

    /** @param binding digest of what the approver saw */
    record Approve(Approver approver, Digest binding, String reason) implements DecisionInput {}

    record Refuse(Approver approver, String reason) implements DecisionInput {}

    /** @param by who takes the permit back */
    record Revoke(String by, String reason) implements DecisionInput {}

    /** @param cost of all that the run did; null if its end told none */
    record Ended(Money cost, Instant at, boolean succeeded) implements DecisionInput {}

    /** Time has passed: the wait for approvals may be over. */
    record Due() implements DecisionInput {}
}
