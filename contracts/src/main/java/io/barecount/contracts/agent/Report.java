package io.barecount.contracts.agent;

import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Digest;
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
    public Report {
        environment = environment == null ? Map.of() : Map.copyOf(environment);
        applied = applied == null ? Map.of() : Map.copyOf(applied);
        outputs = outputs == null ? Map.of() : Map.copyOf(outputs);
    }

    public enum Outcome {
        SUCCEEDED,
        FAILED,
        STOPPED
    }
}
