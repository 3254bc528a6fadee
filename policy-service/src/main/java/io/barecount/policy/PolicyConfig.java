package io.barecount.policy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of this service. */
@ConfigMapping(prefix = "barecount.policy")
public interface PolicyConfig {
    /** Directory with {@code policies/}, {@code boundaries/} and {@code prices/}. */
    Path documents();

    /** PEM file of the key that signs permits: a private and a public block. */
    Path permitKey();

    /** How long a permit holds, from the decision on. */
    @WithDefault("PT24H")
    Duration permitValidity();
}
