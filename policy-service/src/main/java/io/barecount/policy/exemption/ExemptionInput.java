package io.barecount.policy.exemption;

import io.barecount.contracts.decision.Exemption;
import java.time.Duration;

/** What people do with an exemption, and time. */
public sealed interface ExemptionInput {
    /**
     * @param asked not granted yet
     * @param longest for how long one may be asked for
     */
    record Propose(Exemption asked, Duration longest) implements ExemptionInput {}

    /** @param everywhere whether the person governs in all namespaces, and not in this one alone */
    record Grant(String by, boolean everywhere, String reason) implements ExemptionInput {}

    /** Also by whoever proposed it, who thinks better of it. */
    record Refuse(String by, String reason) implements ExemptionInput {}

    record Revoke(String by, String reason) implements ExemptionInput {}

    /** Time has passed: the exemption's may be over. */
    record Due() implements ExemptionInput {}
}
