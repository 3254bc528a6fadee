package io.barecount.gateway.attempt;

import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.Evidence.AgentStatement;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.gateway.runner.Observation;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.StartRequest;
import io.barecount.gateway.runner.Work;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** What moves an attempt. */
public sealed interface AttemptInput {
    /**
     * @param request what a provider will be asked for, if all of it was known when this came in; else null
     * @param revoked why the run's permit was taken back; null if it was not
     */
    record Start(DispatchEvent.Start start, String namespace, StartRequest request, String revoked)
            implements AttemptInput {
        public Start(DispatchEvent.Start start, String namespace, StartRequest request) {
            this(start, namespace, request, null);
        }

        public Start(DispatchEvent.Start start, String namespace) {
            this(start, namespace, null, null);
        }

        public Start withRevocation(String reason) {
            return new Start(start, namespace, request, reason);
        }

        public Work work(Instant now) {
            return new Work(
                    start.attempt(), namespace, start.spec(), start.slice(), start.merge(), start.boundary(), now);
        }
    }

    record Stop(DispatchEvent.Stop stop, String namespace) implements AttemptInput {}

    /** An agent has room for it. */
    record Offer(String agent, Instant deadline) implements AttemptInput {}

    record Claimed(Claim claim) implements AttemptInput {}

    /** @param statement in which the agent signed it; null for a workload that a provider runs */
    record Reported(Report report, AgentStatement statement) implements AttemptInput {}

    /** It is carried to an agent that no network reaches. */
    record Exported(String agent, UUID bundle, Instant until) implements AttemptInput {}

    /** The agent that claimed it is gone, or no longer knows of it. */
    record Lost(String agent, String reason) implements AttemptInput {}

    /** What a provider will be asked for is resolved, and in the boundary. */
    record Prepared(StartRequest request) implements AttemptInput {}

    /** It can't be started as declared. */
    record NotPrepared(FailureClass failureClass, String reason) implements AttemptInput {}

    /** The provider could not even be asked what is there; again at {@code notBefore}. */
    record Postponed(String reason, Instant notBefore) implements AttemptInput {}

    /** @param notBefore when a provider that is busy is asked again */
    record Answered(StartOutcome outcome, Instant notBefore) implements AttemptInput {}

    /** The started workload asks whether the attempt is its own. */
    record Taken(String claimToken, String claimId, String identity, Map<String, String> environment)
            implements AttemptInput {
        /** Without the claim token, so that it is in no log. */
        @Override
        public String toString() {
            return "Taken[" + claimId + " by " + identity + "]";
        }
    }

    record Observed(Observation observation) implements AttemptInput {}

    /** A time limit has passed. */
    record Overdue(FailureClass failureClass, String reason) implements AttemptInput {}

    /** Nothing more can be found out about it: it ends as what is known of it. */
    record GivenUp(FailureClass failureClass, String reason) implements AttemptInput {}
}
