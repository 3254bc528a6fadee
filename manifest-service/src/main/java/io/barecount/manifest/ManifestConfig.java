package io.barecount.manifest;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** Settings of this service. */
@ConfigMapping(prefix = "barecount.manifest")
public interface ManifestConfig {
    /** Directory that {@code file:} references of secrets are resolved in: one file per secret. */
    Path secretsDir();
}
