package io.barecount.manifest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be set of this service, beside what all services have in common. */
@ConfigMapping(prefix = "barecount.manifest")
public interface ManifestConfig {
    /** Where secrets lie that are referred to as {@code file:<name>}: one file for each, one secret on each of its lines. */
    @WithDefault("secrets")
    Path secretsDir();

    /** For how long a secret that was read is used; a changed file counts after this time at the latest. */
    @WithDefault("PT5S")
    Duration secretsCache();

    /** Who may sign the manifests of which namespace: a file {@code NAMESPACE.json} for each that has signers. Without it nobody signs. */
    Optional<Path> signersDir();

    /** For how long a list of signers that was read is used; a changed file counts after this time at the latest. */
    @WithDefault("PT5S")
    Duration signersCache();

    /** For how long a caller waits until a submission is stored and told, before it hears that this is not known. */
    @WithDefault("PT30S")
    Duration answerWithin();

    /** Deliveries a minute that a webhook takes on each instance, unless its manifest says another number. */
    @WithDefault("6000")
    int hookPerMinute();

    /**
     * Topics that pipelines may subscribe to beside those that begin with their namespace and a dot: {@code namespace:topics} each, where
     * {@code *} stands for any namespace, and in topics for any characters. {@code barecount.*} never.
     */
    Optional<List<String>> topics();

    /** After what time at the latest a subscription follows its pipeline, and a new topic or partition is found. */
    @WithDefault("PT2S")
    Duration subscriptionsEvery();

    /** How often is looked for windows that are due. */
    @WithDefault("PT0.5S")
    Duration windowsEvery();

    /** For how long deliveries of a webhook with a batch are known by their ids: a sender that repeats one later starts it again. */
    @WithDefault("P7D")
    Duration deliveriesKnownFor();
}
