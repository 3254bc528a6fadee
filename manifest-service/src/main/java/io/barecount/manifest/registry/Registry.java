package io.barecount.manifest.registry;

import java.util.Optional;

/** Where registered pipelines are looked up. */
@FunctionalInterface
public interface Registry {
    /** Empty if no pipeline of this name is registered. */
    Optional<Registered> current(PipelineName name);
}
