package io.barecount.messaging.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Waits for what a stage makes of a request. */
public final class Answers {
    private static final Logger LOG = Logger.getLogger(Answers.class);

    private Answers() {}

    /**
     * What is known once it is stored and told.
     *
     * @param what is asked for, for logs and the problem: "pause of run 0198..."
     * @param look what the caller does to learn whether it was done
     * @throws jakarta.ws.rs.WebApplicationException 503 if that is not known in time, or the service stops
     */
    public static <S> S within(Duration most, CompletableFuture<S> stored, String what, String look) {
        try {
            return stored.orTimeout(most.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            LOG.warnf(e, "%s was not answered in time or was refused", what);
            throw Problem.of(
                            503,
                            e.getCause() instanceof TimeoutException ? "no-answer-in-time" : "stopping",
                            "Not known whether it was done",
                            "The service did not store and tell the " + what + " in time. " + look
                                    + ", or send it again: twice does no harm.")
                    .exception();
        }
    }
}
