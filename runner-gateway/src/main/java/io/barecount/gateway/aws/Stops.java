package io.barecount.gateway.aws;

import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** Stops are asked for again and again until the provider says that it has stopped, so one that fails is only noted. */
final class Stops {
    private static final Logger LOG = Logger.getLogger(Stops.class);

    private Stops() {}

    static void send(String handle, CompletableFuture<?> call) {
        call.whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.warnf("%s could not be stopped yet: %s", handle, Failures.message(failure));
            }
        });
    }
}
