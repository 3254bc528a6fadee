package io.barecount.manifest.registry;

import io.barecount.contracts.manifest.Manifest;
import java.util.Optional;

/** Where registered pipelines are looked up. */
@FunctionalInterface
public interface Registry {
    /** The current version of a pipeline; empty if none of this name is registered. */
    Optional<Manifest> current(PipelineName name);
}
