package io.barecount.gateway.attempt;

import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.dispatch.DispatchEvent;
import java.time.Instant;

/** What moves an attempt. */
public sealed interface AttemptInput {
    record Start(DispatchEvent.Start start, String namespace) implements AttemptInput {}

    record Stop(DispatchEvent.Stop stop, String namespace) implements AttemptInput {}

    /** An agent has room for it. */
    record Offer(String agent, Instant deadline) implements AttemptInput {}

    record Claimed(Claim claim) implements AttemptInput {}

    record Reported(Report report) implements AttemptInput {}

    /** The agent that claimed it is gone, or no longer knows of it. */
    record Lost(String agent, String reason) implements AttemptInput {}
}
