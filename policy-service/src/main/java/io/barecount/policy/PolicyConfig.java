package io.barecount.policy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What can be set of this service, beside what all services have in common. */
@ConfigMapping(prefix = "barecount.policy")
public interface PolicyConfig {
    /** PEM file with the Ed25519 key that permits are signed with, private and public block. The service doesn't start without. */
    Optional<Path> permitKey();

    /** Directory with {@code policies}, {@code boundaries} and {@code prices}. The service doesn't start without. */
    Optional<Path> documents();

    /** How long a permit holds after it was issued. */
    @WithDefault("PT24H")
    Duration permitValidity();

    /** How often held runs are looked at whose wait for approvals is over. */
    @WithDefault("PT5S")
    Duration approvalPollEvery();

    /** How often a version in shadow judges the decisions that were made meanwhile. */
    @WithDefault("PT1S")
    Duration shadowPollEvery();

    /** How often exemptions are looked at whose time is over, and permits that hang on revoked ones. */
    @WithDefault("PT1S")
    Duration exemptionPollEvery();

    /** For how long an exemption may be asked for. */
    @WithDefault("P90D")
    Duration exemptionValidityMax();

    /** For how long a caller waits until what was asked for is stored and told, before it hears that this is not known. */
    @WithDefault("PT30S")
    Duration answerWithin();
}
