package io.barecount.gateway.drive;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Digest;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.attempt.AttemptState.Driven;
import io.barecount.gateway.attempt.AttemptState.Pending;
import io.barecount.gateway.attempt.Attempts.Provider;
import io.barecount.gateway.runner.CannotStart;
import io.barecount.gateway.runner.Runner;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.StartRequest;
import io.barecount.gateway.store.Arrivals;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.StageLoop;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Starts attempts at their provider, each once: the request is resolved, then stored, then sent. Between the two last steps nothing is
 * decided any more, so that whoever finds the request stored knows exactly what may have been asked.
 */
@ApplicationScoped
public class Drive {
    private static final Logger LOG = Logger.getLogger(Drive.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration DELAY_MAX = Duration.ofMinutes(1);
    private static final int CLAIM_TOKEN_BYTES = 32;

    private final Stage<AttemptState, AttemptInput> attempts;
    private final Runners runners;
    private final Arrivals arrivals;
    private final GatewayConfig config;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore room;

    /** Attempts that this instance is at work on, so that it does not take them up twice. */
    private final Set<String> inWork = ConcurrentHashMap.newKeySet();

    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;
    private Thread looking;

    Drive(Stage<AttemptState, AttemptInput> attempts, Runners runners, Arrivals arrivals, GatewayConfig config) {
        this.attempts = attempts;
        this.runners = runners;
        this.arrivals = arrivals;
        this.config = config;
        this.room = new Semaphore(config.drive().parallelism());
    }

    void start(@Observes StartupEvent event) {
        if (config.provider() == Provider.AWS) {
            looking = Thread.ofPlatform().name("drive").start(this::look);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        if (looking != null) {
            looking.interrupt();
        }
        calls.shutdownNow();
    }

    private void look() {
        while (!stopped) {
            try {
                var seen = arrivals.count();
                if (!takeUp()) {
                    arrivals.await(seen, LOOK_AGAIN);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.errorf(e, "looking for attempts to start failed; again in %s", LOOK_AGAIN);
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            stopped = true;
        }
    }

    /** Whether anything was found that was not in work. */
    private boolean takeUp() throws InterruptedException {
        var now = now();
        var rows = QuarkusTransaction.requiringNew()
                .call(() ->
                        AttemptRow.pending(now, inWork.size() + config.drive().parallelism()));
        var found = false;
        for (var row : rows) {
            if (inWork.add(row.id)) {
                found = true;
                room.acquire();
                calls.execute(() -> inWork(row, () -> begin(row)));
            }
        }
        return found;
    }

    /** What is done with an attempt besides; not at the same time as its start. Skipped if this instance is at work on it. */
    void besides(AttemptRow row, Runnable work) {
        if (inWork.add(row.id)) {
            try {
                room.acquire();
                calls.execute(() -> inWork(row, work));
            } catch (InterruptedException e) {
                inWork.remove(row.id);
                Thread.currentThread().interrupt();
            }
        }
    }

    private void inWork(AttemptRow row, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            if (!stopped && !StageLoop.isStopping(e)) {
                LOG.errorf(
                        e, "attempt %s: what was begun could not be brought to its end; it is taken up again", row.id);
            }
        } finally {
            room.release();
            inWork.remove(row.id);
        }
    }

    private void begin(AttemptRow row) {
        if (!(Json.read(row.state, AttemptState.class) instanceof Pending pending)) {
            return;
        }
        var work = pending.work();
        var runner = runners.of(work.runnerType());
        StartRequest request;
        try {
            request = runner.prepare(work, Digest.of(row.id).hex(), newClaimToken());
        } catch (CannotStart e) {
            submit(row, new AttemptInput.NotPrepared(e.failureClass(), e.getMessage()))
                    .join();
            return;
        } catch (Runner.Busy e) {
            submit(row, new AttemptInput.Postponed(e.getMessage(), later(pending.busy())))
                    .join();
            return;
        } catch (RuntimeException e) {
            LOG.errorf(e, "attempt %s could not be prepared", row.id);
            submit(
                            row,
                            new AttemptInput.NotPrepared(
                                    FailureClass.NOT_STARTED, "the request could not be worked out: " + e))
                    .join();
            return;
        }
        // Another instance may have been first: then the request that is stored is not this one, and this one is never
        // sent.
        if (submit(row, new AttemptInput.Prepared(request)).join() instanceof Driven driven
                && driven.request().equals(request)
                && driven.handle() == null) {
            var answer = runner.start(request, work)
                    .thenCompose(outcome -> submit(row, new AttemptInput.Answered(outcome, later(pending.busy()))))
                    .toCompletableFuture();
            await(row, answer);
        }
    }

    /** An answer that comes only with the workload's end keeps no room, and no thread. */
    private void await(AttemptRow row, CompletableFuture<AttemptState> answer) {
        answer.exceptionally(failure -> {
            if (!stopped && !StageLoop.isStopping(failure)) {
                LOG.errorf(
                        failure,
                        "attempt %s: the provider's answer could not be stored; it is looked for again",
                        row.id);
            }
            return null;
        });
    }

    /** Finds out about a call whose answer did not come. */
    void recover(AttemptRow row, Driven driven) {
        if (driven.doubt() == null) {
            LOG.infof("attempt %s: the answer to its start did not come, looking for what became of it", row.id);
        }
        var outcome =
                runners.of(driven.work().runnerType()).recover(driven.request(), driven.work(), driven.intendedAt());
        if (outcome instanceof StartOutcome.Unknown unknown && unknown.reason().equals(driven.doubt())) {
            return;
        }
        submit(row, new AttemptInput.Answered(outcome, later(driven.busy()))).join();
    }

    CompletableFuture<AttemptState> submit(AttemptRow row, AttemptInput input) {
        return attempts.submit(new Input<>(row.id, input, UUID.randomUUID(), row.traceparent));
    }

    private static Instant later(int busy) {
        var delay = FIRST_DELAY.multipliedBy(1L << Math.min(busy, 10));
        return now().plus(delay.compareTo(DELAY_MAX) < 0 ? delay : DELAY_MAX);
    }

    private String newClaimToken() {
        var bytes = new byte[CLAIM_TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Attempts that this instance is at work on. */
    boolean isInWork(AttemptRow row) {
        return inWork.contains(row.id);
    }

    List<String> atWork() {
        return List.copyOf(inWork);
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }
}
