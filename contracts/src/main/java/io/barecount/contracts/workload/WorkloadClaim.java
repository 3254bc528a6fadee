package io.barecount.contracts.workload;

import java.util.Map;

/**
 * A started workload asks whether the attempt is its own.
 *
 * @param claimId chosen by the instance and kept: the same claim again is granted again, any other is refused
 * @param identity of the instance that runs it, as it sees itself
 * @param environment operating system, architecture, runtime …: for the evidence
 */
public record WorkloadClaim(String claimId, String identity, Map<String, String> environment) {
    public WorkloadClaim {
        environment = environment == null ? Map.of() : Map.copyOf(environment);
    }
}
