package io.barecount.manifest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** What can be set of this service, beside what all services have in common. */
@ConfigMapping(prefix = "barecount.manifest")
public interface ManifestConfig {
    /** Where secrets lie that are referred to as {@code file:<name>}: one file for each, one secret on each of its lines. */
    @WithDefault("secrets")
    Path secretsDir();

    /** For how long a secret that was read is used; a changed file counts after this time at the latest. */
    @WithDefault("PT5S")
    Duration secretsCache();

    /** For how long a caller waits until a submission is stored and told, before it hears that this is not known. */
    @WithDefault("PT30S")
    Duration answerWithin();

    /** Deliveries a minute that a webhook takes on each instance, unless its manifest says another number. */
    @WithDefault("6000")
    int hookPerMinute();
}
