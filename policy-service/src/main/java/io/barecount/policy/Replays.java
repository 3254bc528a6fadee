package io.barecount.policy;

import io.barecount.policy.decision.Governance;
import io.barecount.policy.replay.Recorded;
import io.barecount.policy.replay.Replay;
import io.barecount.policy.replay.Report;
import io.barecount.policy.replay.Tally;
import io.barecount.policy.store.RecordedDecisions;
import io.barecount.policy.store.RecordedDecisions.Range;
import io.barecount.policy.store.RecordedDecisions.Row;
import io.barecount.policy.store.Versions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Has decisions made again on all processors, one replay at a time: pages are read ahead by one thread, and put together in their order, so
 * that a report does not depend on who was faster.
 */
@ApplicationScoped
public class Replays {
    private static final int PAGE = 250;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int AHEAD_MAX = 4 * PROCESSORS;

    private final RecordedDecisions decisions;
    private final Versions versions;
    private final Semaphore one = new Semaphore(1);
    private final ExecutorService workers = Executors.newFixedThreadPool(
            PROCESSORS, Thread.ofPlatform().name("replay-", 0).daemon().factory());

    Replays(RecordedDecisions decisions, Versions versions) {
        this.decisions = decisions;
        this.versions = versions;
    }

    @PreDestroy
    void stop() {
        workers.shutdownNow();
    }

    /** Hears how far a replay is; may throw to end it. */
    @FunctionalInterface
    public interface Progress {
        void at(long decisions, long of);
    }

    /** Empty if another replay is under way in this instance. */
    public Optional<Report> run(Governance candidate, Range range, Progress progress) {
        if (!one.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(replay(candidate, range, progress));
        } finally {
            one.release();
        }
    }

    private Report replay(Governance candidate, Range range, Progress progress) {
        var replay = new Replay(candidate, versions.past());
        var total = decisions.count(range);
        var all = new Tally();
        progress.at(0, total);
        var ahead = new ArrayDeque<Future<Tally>>();
        decisions.read(range, PAGE, page -> {
            ahead.add(workers.submit(() -> tally(replay, page)));
            while (ahead.size() > AHEAD_MAX) {
                take(ahead.remove(), all);
                progress.at(all.decisions(), total);
            }
        });
        while (!ahead.isEmpty()) {
            take(ahead.remove(), all);
            progress.at(all.decisions(), total);
        }
        return all.report(candidate.rules().digest());
    }

    private static Tally tally(Replay replay, List<Row> page) {
        var tally = new Tally();
        for (var row : page) {
            tally.add(replay.judge(Recorded.of(row.run(), row.state())));
        }
        return tally;
    }

    private static void take(Future<Tally> page, Tally into) {
        try {
            into.addAll(page.get());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the replay was interrupted");
        }
    }
}
