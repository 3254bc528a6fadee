package io.barecount.gateway.aws;

import io.barecount.gateway.runner.Runner.Followed;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** Stops are asked for again and again until the provider says that it has stopped, so one that fails is only noted. */
final class Stops {
    private static final Logger LOG = Logger.getLogger(Stops.class);

    private Stops() {}

    static void send(Followed followed, CompletableFuture<?> call) {
        call.whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.warnf("%s could not be stopped yet: %s", followed.handle(), Failures.message(failure));
            }
        });
    }
}
