package io.barecount.ledger;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** Settings of this service. */
@ConfigMapping(prefix = "barecount.ledger")
public interface LedgerConfig {
    /** PEM file of the key that signs checkpoints: a private and a public block. */
    Path checkpointKey();

    /** The log's name in its checkpoints; never changed once there is a checkpoint. */
    String origin();

    /** Directory outside of the database where the last checkpoint is kept: what the database says is compared with it. */
    Path checkpointDir();
}
