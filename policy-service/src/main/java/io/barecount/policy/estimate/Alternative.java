package io.barecount.policy.estimate;

import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.manifest.Manifest;

/** The same workload on another runner type, in a size it should fit on; its expected runtime is taken to be the same there. */
public record Alternative(Manifest.Runner runner, Estimate estimate) {}
