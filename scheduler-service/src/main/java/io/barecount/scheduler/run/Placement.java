package io.barecount.scheduler.run;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;

/**
 * Where a run was declared to work.
 *
 * @param boundary name of the governed boundary
 */
public record Placement(RunnerType runnerType, NetworkModel network, String boundary) {
    static Placement of(Manifest manifest) {
        var network = manifest.spec().network();
        return new Placement(manifest.spec().runner().type(), network.model(), network.boundary());
    }
}
