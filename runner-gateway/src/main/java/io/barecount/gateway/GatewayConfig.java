package io.barecount.gateway;

import io.barecount.gateway.attempt.Attempts.Provider;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Settings of this service. */
@ConfigMapping(prefix = "barecount.gateway")
public interface GatewayConfig {
    /** PEM files of the public keys whose permits are trusted. */
    List<Path> permitKeys();

    /** PEM file of the key that signs evidence: a private and a public block. */
    Path evidenceKey();

    /** Who fulfils the runner types: {@code local} or {@code noop}. */
    @WithDefault("local")
    Provider provider();

    /** An agent that was not heard of for so long has lost what it claimed; at least 30 s, as it ends its workloads 15 s before. */
    @WithDefault("PT45S")
    Duration agentLease();

    /** How long an offer waits for its claim. */
    @WithDefault("PT10S")
    Duration offerValidity();

    /** How long a poll without work is held. */
    @WithDefault("PT20S")
    Duration pollMax();
}
