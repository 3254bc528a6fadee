package io.barecount.ledger.store;

import io.barecount.ledger.entry.RecordedEvent;
import io.barecount.messaging.stage.StageLoop;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Makes the audit records of what is in the log, behind the appender and never in its way. How far they are made changes in the
 * transaction that makes them: each entry counts once, whoever is killed when.
 */
@ApplicationScoped
class AuditFollower {
    private static final Logger LOG = Logger.getLogger(AuditFollower.class);
    private static final int CHUNK = 500;
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration BURST_MAX = Duration.ofSeconds(10);
    private static final long NO_BURST = Long.MIN_VALUE;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final AuditRecords records;
    private final Semaphore more = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("audit-records").unstarted(this::run);
    private volatile boolean closed;
    private volatile long burstBegan = NO_BURST;

    AuditFollower(AuditRecords records) {
        this.records = records;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        closed = true;
        more.release();
        thread.join(Duration.ofSeconds(5));
    }

    /**
     * There is more in the log than before.
     *
     * @param burst whether even more is waiting to get there
     */
    void wake(boolean burst) {
        if (!burst) {
            burstBegan = NO_BURST;
        } else if (burstBegan == NO_BURST) {
            burstBegan = System.nanoTime();
        }
        more.release();
    }

    /** Entries go first, for a while. */
    private void letABurstPass() throws InterruptedException {
        while (!closed && burstBegan != NO_BURST && System.nanoTime() - burstBegan < BURST_MAX.toNanos()) {
            if (!more.tryAcquire(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
                burstBegan = NO_BURST;
            }
        }
    }

    private void run() {
        var most = CHUNK;
        while (!closed) {
            try {
                letABurstPass();
                if (!follow(most)) {
                    more.tryAcquire(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                    more.drainPermits();
                }
                most = Math.min(CHUNK, 2 * most);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                most = afterFailure(most, e);
            }
        }
    }

    /** How many entries to try next: half as many, until the one is found that the database refuses for its content. */
    private int afterFailure(int most, RuntimeException failure) {
        if (!StageLoop.refusedForItsContent(failure)) {
            LOG.errorf(failure, "audit records can't be made at present; again in %s", RETRY);
            pause();
            return most;
        }
        if (most == 1) {
            var skipped = Appender.inTransaction(log -> {
                var seq = log.lockAudited();
                log.audited(seq + 1);
                return seq;
            });
            LOG.errorf(failure, "entry %d changes no audit record: the database refuses what it says", skipped);
        }
        return Math.max(1, most / 2);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A piece of the log, in one transaction; whether there was any. */
    private boolean follow(int most) {
        return Appender.inTransaction(log -> {
            var size = log.head().size();
            var from = log.lockAudited();
            if (from >= size) {
                return false;
            }
            var upTo = Math.min(size, from + most);
            var events = recorded(log.stored(from, (int) (upTo - from)));
            records.apply(events);
            Completeness.saw(log, events);
            Panache.getEntityManager(AuditRun.class).flush();
            log.audited(upTo);
            return true;
        });
    }

    private static List<AuditRecords.Recorded> recorded(List<LogTables.Stored> entries) {
        var events = new ArrayList<AuditRecords.Recorded>();
        for (var entry : entries) {
            RecordedEvent.of(entry.leaf(), entry.payload())
                    .ifPresent(found -> events.add(new AuditRecords.Recorded(entry.seq(), found.run(), found.event())));
        }
        return events;
    }
}
