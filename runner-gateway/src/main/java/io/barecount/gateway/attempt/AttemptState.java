package io.barecount.gateway.attempt;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Envelope;
import java.time.Instant;

/**
 * Where one attempt stands.
 *
 * <pre>
 *   (nothing) ──start, permit and boundary hold──▶ Queued ──offer──▶ Offered ──claim──▶ Claimed ──report──▶ Ended
 *       │                                             ▲                  │                 └──agent lost──▶ Ended(failed)
 *       │                                             └─deadline passed──┘
 *       ├──start refused──▶ Ended(failed)
 *       └──stop──▶ Ended(stopped): a start that comes later finds it so
 * </pre>
 *
 * The claim is what makes a start happen once: it is granted to one agent, once, and nothing is executed without it.
 */
public sealed interface AttemptState {
    AttemptId attempt();

    /** What is to be executed. */
    record Work(
            AttemptId attempt,
            String namespace,
            RunSpec spec,
            String slice,
            boolean merge,
            Boundary boundary,
            Instant queuedAt) {}

    record Queued(Work work, long lastEpoch) implements AttemptState {
        @Override
        public AttemptId attempt() {
            return work.attempt();
        }
    }

    record Offered(Work work, String agent, long epoch, Instant deadline) implements AttemptState {
        @Override
        public AttemptId attempt() {
            return work.attempt();
        }
    }

    /** @param stopReason why the agent is asked to stop it; null while it isn't */
    record Claimed(Work work, String agent, long epoch, String claimId, Instant at, String stopReason)
            implements AttemptState {
        @Override
        public AttemptId attempt() {
            return work.attempt();
        }
    }

    /**
     * @param agent that had it; null if it never started
     * @param claimId of that agent: its report again is confirmed again
     * @param evidence null if it never started
     */
    record Ended(
            AttemptId attempt,
            RunnerType runner,
            String boundary,
            String outcome,
            String reason,
            String agent,
            String claimId,
            Envelope evidence,
            Instant at)
            implements AttemptState {}
}
