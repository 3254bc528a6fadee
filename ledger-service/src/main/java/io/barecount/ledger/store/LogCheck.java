package io.barecount.ledger.store;

import io.agroal.api.AgroalDataSource;
import io.barecount.ledger.LedgerConfig;
import io.barecount.ledger.check.EntriesCheck;
import io.barecount.ledger.check.Finding;
import io.barecount.ledger.check.SignedCheck;
import io.barecount.ledger.check.UpperTilesCheck;
import io.barecount.ledger.tree.MissingTile;
import io.barecount.ledger.tree.TiledTree;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Derives the log's root from its rows again, in the background: what came lately every minute, all of it every day, going on where it
 * was when the service ended. What is wrong is a finding, which names it.
 */
@ApplicationScoped
public class LogCheck {
    private static final Logger LOG = Logger.getLogger(LogCheck.class);
    private static final int CHUNK = 8 * 256;
    private static final int RECENT_MIN = CHUNK;

    private final AgroalDataSource database;
    private final Continuity continuity;
    private final Signer signer;
    private final Findings findings;
    private final LedgerConfig.Check config;
    private final Clock clock = Clock.systemUTC();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
            .daemon()
            .name("log-check")
            .priority(Thread.MIN_PRIORITY)
            .factory());
    private volatile boolean closed;
    private volatile Pass recent;
    private volatile Pass all;
    private long recentUpTo;

    /**
     * A check that came to its end.
     *
     * @param entries from the first that was looked at to the end of the log
     */
    public record Pass(Instant beganAt, Instant endedAt, long entries, List<Finding> findings) {}

    LogCheck(AgroalDataSource database, Continuity continuity, Signer signer, Findings findings, LedgerConfig config) {
        this.database = database;
        this.continuity = continuity;
        this.signer = signer;
        this.findings = findings;
        this.config = config.check();
    }

    void start(@Observes StartupEvent event) {
        every(config.recentEvery(), rows -> recent = checkRecent(rows));
        every(config.recentEvery(), this::checkAllIfDue);
    }

    private interface Check {
        void of(CheckTables rows) throws SQLException, InterruptedException;
    }

    private void every(Duration delay, Check check) {
        timer.scheduleWithFixedDelay(
                () -> inBackground(check), delay.toMillis(), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        closed = true;
        timer.shutdownNow();
    }

    /** The last one of what came lately; null before it. */
    public Pass recent() {
        return recent;
    }

    /** The last one of all entries; null before it. */
    public Pass all() {
        return all;
    }

    /** What the last checks found; empty if nothing is wrong, as far as they know. */
    public List<Finding> present() {
        return Stream.of(recent, all)
                .filter(pass -> pass != null)
                .flatMap(pass -> pass.findings().stream())
                .distinct()
                .toList();
    }

    private void inBackground(Check check) {
        try (var rows = new CheckTables(database.getConnection())) {
            check.of(rows);
        } catch (SQLException | RuntimeException e) {
            if (!closed) {
                LOG.errorf(e, "the log could not be checked; again in %s", config.recentEvery());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of several instances one does. */
    private void checkAllIfDue(CheckTables rows) throws SQLException, InterruptedException {
        var progress = rows.progress();
        var isDue = progress.next() > 0 || progress.isDue(clock.instant().minus(config.allEvery()));
        if (isDue && rows.lock()) {
            all = checkAll(rows, rows.progress());
        }
    }

    /** For tests and on demand: all of it, now. */
    Pass checkAll() throws SQLException, InterruptedException {
        try (var rows = new CheckTables(database.getConnection())) {
            rows.lock();
            all = checkAll(rows, new CheckTables.Progress(0, null, null));
            return all;
        }
    }

    private Pass checkRecent(CheckTables rows) throws SQLException, InterruptedException {
        var began = clock.instant();
        var found = new ArrayList<Finding>();
        var size = rows.size();
        var from = Math.max(0, Math.min(recentUpTo, size - RECENT_MIN)) / CHUNK * CHUNK;
        checkEntries(rows, from, size, null, found);
        found.addAll(foreign(rows));
        found.addAll(continued());
        recentUpTo = size;
        return new Pass(began, clock.instant(), size - from, findings.record(found));
    }

    /** Goes on where one was interrupted, but never behind something that it found: what is wrong is found again by each. */
    private Pass checkAll(CheckTables rows, CheckTables.Progress progress) throws SQLException, InterruptedException {
        var began = progress.next() > 0 ? progress.beganAt() : clock.instant();
        var found = new ArrayList<Finding>();
        var size = rows.size();
        var signed = new SignedCheck(signer::verify);
        var from = Math.min(progress.next(), size / CHUNK * CHUNK);
        compareSigned(rows, -1, 0, signed, found);
        rows.forEachHash(from, signed::add);
        checkEntries(rows, from, size, signed, found, next -> {
            if (found.isEmpty()) {
                rows.progress(next, began);
            } else {
                findings.record(found);
            }
        });
        for (var level = 1; size >> (8 * (level + 1)) > 0; level++) {
            for (var index = 0L; index < size >> (8 * (level + 1)); index++) {
                found.addAll(UpperTilesCheck.of(level, index, rows.tile(level, index), rows.roots(level - 1, index)));
            }
        }
        found.addAll(foreign(rows));
        found.addAll(rows.sequenceFindings());
        found.addAll(rows.payloadFindings());
        found.addAll(continued());
        var ended = clock.instant();
        rows.ended(ended, size);
        LOG.infof(
                "the log's %d entries are checked, in %s: %d findings",
                size, Duration.between(began, ended), found.size());
        return new Pass(began, ended, size, findings.record(found));
    }

    private interface Progressed {
        void upTo(long next) throws SQLException;
    }

    private void checkEntries(CheckTables rows, long from, long size, SignedCheck signed, List<Finding> found)
            throws SQLException, InterruptedException {
        checkEntries(rows, from, size, signed, found, next -> {});
    }

    /** The next rows are fetched while the last ones are hashed. */
    private void checkEntries(
            CheckTables rows, long from, long size, SignedCheck signed, List<Finding> found, Progressed progressed)
            throws SQLException, InterruptedException {
        var began = System.nanoTime();
        CompletableFuture<EntriesCheck.Result> checking = null;
        for (var first = from; first < size; first += CHUNK) {
            var to = Math.min(size, first + CHUNK);
            var start = first;
            var entries = rows.entries(first, to);
            var tiles = rows.tiles(first / 256, (to + 255) / 256);
            settle(rows, checking, signed, start - CHUNK, start, found);
            checking = CompletableFuture.supplyAsync(() -> EntriesCheck.of(start, to, entries, tiles));
            found.addAll(rows.generationFindings(entries));
            progressed.upTo(first);
            pace(began, to - from);
            if (closed) {
                throw new InterruptedException("the service is ending");
            }
        }
        settle(rows, checking, signed, from + (size - from - 1) / CHUNK * CHUNK, size, found);
    }

    private void settle(
            CheckTables rows,
            CompletableFuture<EntriesCheck.Result> checking,
            SignedCheck signed,
            long from,
            long to,
            List<Finding> found)
            throws SQLException {
        if (checking == null) {
            return;
        }
        var result = checking.join();
        found.addAll(result.findings());
        if (signed == null) {
            return;
        }
        var checkpoints = rows.checkpoints(from, to);
        var at = 0;
        for (var hash : result.hashes()) {
            signed.add(hash);
            for (; at < checkpoints.size() && checkpoints.get(at).size() == signed.size(); at++) {
                signed.compare(checkpoints.get(at).size(), checkpoints.get(at).note())
                        .ifPresent(found::add);
            }
        }
    }

    private static void compareSigned(CheckTables rows, long from, long to, SignedCheck signed, List<Finding> found)
            throws SQLException {
        for (var checkpoint : rows.checkpoints(from, to)) {
            signed.compare(checkpoint.size(), checkpoint.note()).ifPresent(found::add);
        }
    }

    private void pace(long began, long entries) throws InterruptedException {
        if (config.entriesPerSecond() > 0) {
            var due = began + TimeUnit.SECONDS.toNanos(1) * entries / config.entriesPerSecond();
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
        }
    }

    private static List<Finding> foreign(CheckTables rows) throws SQLException {
        return rows.foreign();
    }

    /** The file outside is read first: what it says was committed before. */
    private List<Finding> continued() {
        try {
            var signed = continuity.read();
            Appender.inTransaction(log -> {
                var head = log.head();
                continuity.requireThatContinues(signed, new TiledTree(head.size(), log));
                return null;
            });
            return List.of();
        } catch (BrokenContinuity | MissingTile e) {
            return List.of(new Finding(Finding.Kind.LOG_REWRITTEN, "log", null, "all", e.getMessage()));
        }
    }
}
