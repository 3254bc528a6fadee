package io.barecount.messaging.http;

import io.barecount.access.AccessConfig;
import io.barecount.access.Door;
import io.barecount.access.Identity;
import io.barecount.access.Rule;
import io.barecount.access.Tokens;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** The service's door, as it is configured: without a configuration the service does not start. Filters are made before that is known. */
@Startup
@ApplicationScoped
class Entrance {
    private static final Logger LOG = Logger.getLogger(Entrance.class);

    private final Door door;
    private final Config config;

    Entrance(AccessConfig access, Config config) {
        this.door = Door.of(access, Clock.systemUTC());
        this.config = config;
        if (door.isOpen()) {
            LOG.warn("barecount.access.open: anybody who reaches this service may do anything");
        }
    }

    /** @param authorization the header's value; null if there is none */
    Tokens.Verdict look(Rule.Bearers rule, String authorization) {
        var opened = !rule.unless().isEmpty()
                && config.getOptionalValue(rule.unless(), Boolean.class).orElse(false);
        return opened ? new Tokens.Verdict.Known(Identity.ANYBODY) : door.look(authorization);
    }
}
