package io.barecount.gateway.drive;

import com.fasterxml.jackson.databind.node.TextNode;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
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
import io.barecount.gateway.runner.Work;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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
 *
 * <p>A start for which nothing has to be asked first is resolved as it arrives, stored in the transaction that takes it in, and sent
 * when that is committed. All others, and those for which there is no room or that come faster than the provider takes them, are stored
 * as pending, and taken up from there.
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
    private final Rates rates;
    private final Arrivals arrivals;
    private final GatewayConfig config;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore room;

    /** Attempts that this instance is at work on, so that it does not take them up twice. */
    private final Set<String> inWork = ConcurrentHashMap.newKeySet();

    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;
    private Thread looking;

    Drive(
            Stage<AttemptState, AttemptInput> attempts,
            Runners runners,
            Rates rates,
            Arrivals arrivals,
            GatewayConfig config) {
        this.attempts = attempts;
        this.runners = runners;
        this.rates = rates;
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
                    arrivals.await(seen, rates.untilNext(LOOK_AGAIN));
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

    /** Whether anything was taken up. */
    private boolean takeUp() throws InterruptedException {
        var now = now();
        var exhausted = new HashSet<>(rates.exhausted());
        var most = inWork.size() + config.drive().parallelism();
        var rows = QuarkusTransaction.requiringNew().call(() -> AttemptRow.pending(now, exhausted, most));
        var found = false;
        for (var row : rows) {
            if (inWork.contains(row.id) || exhausted.contains(row.place())) {
                continue;
            }
            if (!rates.take(row.place(), runnerOf(row))) {
                exhausted.add(row.place());
            } else if (inWork.add(row.id)) {
                found = true;
                room.acquire();
                calls.execute(() -> inWork(row.id, () -> begin(row)));
            }
        }
        if (rows.size() < most) {
            rates.takenUpBut(exhausted);
        }
        return found;
    }

    private Runner runnerOf(AttemptRow row) {
        return runners.of(Json.fromTree(TextNode.valueOf(row.runnerType), RunnerType.class));
    }

    /** What is done with an attempt besides; not at the same time as its start. Skipped if this instance is at work on it. */
    void besides(AttemptRow row, Runnable work) {
        if (inWork.add(row.id)) {
            try {
                room.acquire();
                calls.execute(() -> inWork(row.id, work));
            } catch (InterruptedException e) {
                inWork.remove(row.id);
                Thread.currentThread().interrupt();
            }
        }
    }

    private void inWork(String attempt, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            if (!stopped && !StageLoop.isStopping(e)) {
                LOG.errorf(
                        e, "attempt %s: what was begun could not be brought to its end; it is taken up again", attempt);
            }
        } finally {
            room.release();
            inWork.remove(attempt);
        }
    }

    /**
     * A start as it arrives: with what its provider will be asked for, if that can be said without asking anybody, and if it can be
     * asked at once. What is decided on it is to be given to {@link #decided}.
     */
    public AttemptInput.Start arrived(DispatchEvent.Start start, String namespace) {
        var input = new AttemptInput.Start(start, namespace);
        var id = start.attempt().toString();
        if (config.provider() != Provider.AWS || stopped || !room.tryAcquire()) {
            return input;
        }
        if (!inWork.add(id)) {
            room.release();
            return input;
        }
        var request = ready(input.work(now()), id);
        if (request.isEmpty()) {
            inWork.remove(id);
            room.release();
        }
        return new AttemptInput.Start(start, namespace, request.orElse(null));
    }

    private Optional<StartRequest> ready(Work work, String id) {
        try {
            return runners.find(work.runnerType())
                    .flatMap(runner -> runner.ready(work, token(id), newClaimToken())
                            .map(request -> request.by(runner.provider()))
                            .filter(request -> rates.takeAtOnce(AttemptRow.place(work), runner)));
        } catch (RuntimeException e) {
            LOG.errorf(e, "attempt %s could not be resolved as it arrived; it is prepared", id);
            return Optional.empty();
        }
    }

    /** @param state after the start; null if there was no decision on it */
    public void decided(AttemptInput.Start start, AttemptState state) {
        if (start.request() != null && !stopped) {
            var id = start.start().attempt().toString();
            calls.execute(() -> inWork(id, () -> call(id, start.request(), state)));
        }
    }

    private void begin(AttemptRow row) {
        if (!(Json.read(row.state, AttemptState.class) instanceof Pending pending)) {
            return;
        }
        var id = row.id;
        var work = pending.work();
        StartRequest request;
        try {
            var runner = runners.of(work.runnerType());
            request = runner.prepare(work, token(id), newClaimToken()).by(runner.provider());
        } catch (CannotStart e) {
            submit(id, new AttemptInput.NotPrepared(e.failureClass(), e.getMessage()))
                    .join();
            return;
        } catch (Runner.Busy e) {
            submit(id, new AttemptInput.Postponed(e.getMessage(), later(pending.busy())))
                    .join();
            return;
        } catch (RuntimeException e) {
            LOG.errorf(e, "attempt %s could not be prepared", id);
            submit(
                            id,
                            new AttemptInput.NotPrepared(
                                    FailureClass.NOT_STARTED, "the request could not be worked out: " + e))
                    .join();
            return;
        }
        call(id, request, submit(id, new AttemptInput.Prepared(request)).join());
    }

    /**
     * @param state as it is stored. Another instance may have been first: then the request that is stored is not this one, and this one
     *     is never sent
     */
    private void call(String id, StartRequest request, AttemptState state) {
        if (state instanceof Driven driven && driven.request().equals(request) && driven.handle() == null) {
            var work = driven.work();
            var answer = runners.of(work.runnerType())
                    .start(request, work)
                    .thenCompose(outcome -> submit(id, new AttemptInput.Answered(outcome, later(driven.busy()))))
                    .toCompletableFuture();
            await(id, answer);
        }
    }

    /** An answer that comes only with the workload's end keeps no room, and no thread. */
    private void await(String attempt, CompletableFuture<AttemptState> answer) {
        answer.exceptionally(failure -> {
            if (!stopped && !StageLoop.isStopping(failure)) {
                LOG.errorf(
                        failure,
                        "attempt %s: the provider's answer could not be stored; it is looked for again",
                        attempt);
            }
            return null;
        });
    }

    private static String token(String attempt) {
        return Digest.of(attempt).hex();
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
        submit(row.id, new AttemptInput.Answered(outcome, later(driven.busy()))).join();
    }

    /** In the trace of its dispatch. */
    CompletableFuture<AttemptState> submit(String attempt, AttemptInput input) {
        return attempts.submit(new Input<>(attempt, input, UUID.randomUUID(), null));
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
