package io.barecount.console;

import io.smallrye.config.ConfigMapping;
import java.net.URI;

/** Where the services behind the front door are: base URLs without a path, such as {@code http://127.0.0.1:8081}. */
@ConfigMapping(prefix = "barecount.console.routes")
interface ConsoleConfig {
    URI manifestService();

    URI policyService();

    URI schedulerService();

    URI runnerGateway();

    URI ledgerService();
}
