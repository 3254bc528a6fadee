package io.barecount.console;

import io.smallrye.config.ConfigMapping;
import java.net.URI;

/** Where the services behind the front door are: base URLs without a path, such as {@code http://127.0.0.1:8081}. */
@ConfigMapping(prefix = "barecount.console.routes")
public interface ConsoleConfig {
    /** Base URL of manifest-service, without a path. */
    URI manifestService();

    /** Base URL of policy-service, without a path. */
    URI policyService();

    /** Base URL of scheduler-service, without a path. */
    URI schedulerService();

    /** Base URL of runner-gateway, without a path. */
    URI runnerGateway();

    /** Base URL of ledger-service, without a path. */
    URI ledgerService();
}
