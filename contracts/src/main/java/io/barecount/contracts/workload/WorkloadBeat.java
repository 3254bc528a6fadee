package io.barecount.contracts.workload;

/**
 * A started workload is alive.
 *
 * @param log what it has printed since the last beat; null if nothing
 */
public record WorkloadBeat(String claimId, String log) {
    /** @param stop whether to end it, and report it as stopped */
    public record Answer(boolean stop) {}
}
