package io.barecount.gateway.runner;

import io.barecount.contracts.manifest.RunnerType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One kind of runner of one provider. The gateway calls {@link #prepare}, stores the request, calls {@link #start} once, and follows
 * what was taken with {@link #observe} until it has ended.
 *
 * <p>Calls may block, and are made on virtual threads. An implementation keeps nothing that must survive a restart.
 */
public interface Runner {
    RunnerType type();

    /** Who fulfils it, as the evidence says it. */
    String provider();

    /**
     * Resolves all that the start will need, provisions what is missing, and compares what the provider will really use with the
     * boundary. May be repeated; has no effect besides what it provisions.
     *
     * @param token that the request is to carry
     * @param claimToken see {@link StartRequest}
     * @throws CannotStart if it can't be had as declared, or is not in the boundary, or nobody can say whether it is
     * @throws Busy if the provider can't answer now
     */
    StartRequest prepare(Work work, String token, String claimToken) throws CannotStart, Busy;

    /**
     * As {@link #prepare}, from what is known already: asks nobody, provisions nothing, does not block. What it is resolved from may be
     * no older than what {@code prepare} would rely on.
     *
     * @return empty if anything has to be asked first, or there is something to be said against the start
     */
    default Optional<StartRequest> ready(Work work, String token, String claimToken) {
        return Optional.empty();
    }

    /** How many starts the provider takes in one region. */
    default Rate startRate() {
        return Rate.UNLIMITED;
    }

    /**
     * Makes the call, once: nothing beneath repeats it. Never completes exceptionally.
     *
     * @return completes when the provider has answered; that may be as late as the end of the workload
     */
    CompletionStage<StartOutcome> start(StartRequest request, Work work);

    /**
     * Finds out about a call whose answer is not known, without ever causing a second start: by repeating it where the provider
     * recognises its token, by looking the run up where it does not.
     *
     * @param intendedAt when the call may have been made, at the earliest
     */
    StartOutcome recover(StartRequest request, Work work, Instant intendedAt);

    /**
     * How long an attempt in doubt is to be looked for: a workload that may have been started must be over by then, or be found.
     *
     * @param usual as configured
     */
    default Duration doubtMax(Work work, Duration usual) {
        return usual;
    }

    /**
     * What the provider says of these, asked for in as few calls as it allows. A handle that is missing from the answer could not be
     * asked for this time.
     */
    Map<String, Observation> observe(Collection<Followed> followed);

    /** Asks the provider to stop it; returns before it has. Harmless if it has ended. */
    void stop(Followed followed);

    /**
     * All that the provider runs in this region for this platform, whether the platform still wants it or not. Empty from a runner
     * whose provider ends by itself what is over.
     */
    default List<Running> running(String region) {
        return List.of();
    }

    /** Asks the provider to end what is running; harmless if it has ended. */
    default void end(Running running) {
        throw new UnsupportedOperationException("nothing was said to be running");
    }

    /** @param attempt as it was started with */
    record Running(String region, String handle, String attempt) {}

    /** An attempt that a provider took. @param since when */
    record Followed(String handle, StartRequest request, Instant since) {}

    /** The provider can't be asked now: nothing is wrong with the request. */
    final class Busy extends Exception {
        private static final long serialVersionUID = 1L;

        public Busy(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
