package io.barecount.contracts.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.Statement;
import java.time.Instant;
import java.util.Map;

/**
 * How an attempt ended, as the agent saw it.
 *
 * @param failureClass null unless it failed
 * @param startedAt of the workload; null if it was never started
 * @param exitCode null if it did not end by itself
 * @param applied limits and settings that the process was really given
 * @param networkApplied what was done for the boundary
 * @param networkObserved what was seen of it
 */
public record Report(
        String agent,
        long epoch,
        String claimId,
        Outcome outcome,
        FailureClass failureClass,
        String reason,
        Instant startedAt,
        Instant endedAt,
        Integer exitCode,
        Map<String, String> environment,
        Map<String, String> applied,
        String networkApplied,
        String networkObserved,
        Digest log,
        Map<String, Digest> outputs) {
    public static final String PREDICATE_TYPE = "https://barecount.io/attestation/agent-report/v1";

    public Report {
        environment = environment == null ? Map.of() : Map.copyOf(environment);
        applied = applied == null ? Map.of() : Map.copyOf(applied);
        outputs = outputs == null ? Map.of() : Map.copyOf(outputs);
    }

    /** @param spec digest of what was executed in the attempt; together they are the statement's subject */
    public Envelope sign(AttemptId attempt, Digest spec, SigningKey key) {
        return Statement.of(attempt.toString(), spec, PREDICATE_TYPE, this).sign(key);
    }

    public enum Outcome {
        SUCCEEDED,
        FAILED,
        STOPPED
    }
}
