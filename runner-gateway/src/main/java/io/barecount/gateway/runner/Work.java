package io.barecount.gateway.runner;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import java.time.Instant;

/** What is to be executed: permitted, and within its boundary as far as the record can show. */
public record Work(
        AttemptId attempt,
        String namespace,
        RunSpec spec,
        String slice,
        boolean merge,
        Boundary boundary,
        Instant queuedAt) {
    /** As an agent is offered it. */
    public Offer offer(long epoch, Instant deadline) {
        return new Offer(attempt, epoch, spec, slice, merge, boundary, deadline);
    }

    public RunnerType runnerType() {
        return spec.manifest().spec().runner().type();
    }
}
