package io.barecount.policy.suggestion;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Names;
import io.barecount.policy.evaluation.KnownBoundary;

/**
 * A manifest changed in its runner, its network, or both.
 *
 * @param network null to leave it as it is
 * @param runner null to leave it as it is
 */
record Candidate(KnownBoundary boundary, Manifest.Network network, Manifest.Runner runner) {
    /** JSON pointer of what changes; a change of both is told at the network. */
    String path() {
        return network == null ? "/spec/runner/type" : "/spec/network";
    }

    /** What to put there, in a manifest's own words. */
    String change() {
        if (network == null) {
            return words(runner);
        }
        var there = "model: " + Names.of(network.model()) + ", boundary: " + network.boundary();
        return runner == null ? there : there + "; and at /spec/runner/type " + words(runner);
    }

    private static String words(Manifest.Runner runner) {
        var type = Names.of(runner.type());
        return type + ", with " + type + ": " + Names.settings(runner);
    }
}
