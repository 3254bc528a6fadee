package io.barecount.contracts.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.RunSpec;
import java.time.Instant;

/**
 * An attempt that an agent may claim until the deadline. Nothing may be executed before the claim was granted.
 *
 * @param epoch of this offer; an older one is void
 * @param slice this task's part of the batch, or null
 */
public record Offer(
        AttemptId attempt,
        long epoch,
        RunSpec spec,
        String slice,
        boolean merge,
        Boundary boundary,
        Instant deadline) {}
