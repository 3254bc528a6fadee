package io.barecount.ledger.store;

import io.barecount.contracts.Topic;
import io.barecount.contracts.checkpoint.CheckpointEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.TraceContext;
import io.barecount.ledger.entry.Entry;
import io.barecount.ledger.store.LogTables.Place;
import io.barecount.ledger.store.LogTables.Placed;
import io.barecount.ledger.tree.TiledTree;
import io.barecount.messaging.outbox.OutboxRow;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.messaging.stage.StageLoop;
import io.barecount.messaging.stage.Stages;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.hibernate.Session;
import org.jboss.logging.Logger;

/** The one way into the log: gives entries their places, in one order, and signs what the log is after each batch. */
@ApplicationScoped
public class Appender implements StageLoop.Work<Appender.Job> {
    private static final Logger LOG = Logger.getLogger(Appender.class);

    private final Signer signer;
    private final Continuity continuity;
    private final AuditRecords auditRecords;
    private final Stages stages;
    private final TransactionSynchronizationRegistry transactions;
    private final Clock clock = Clock.systemUTC();
    private StageLoop<Job> loop;

    /** An entry on its way; once refused, the log holds it without an audit record. */
    static final class Job {
        private final Entry entry;
        private volatile boolean refused;

        private Job(Entry entry) {
            this.entry = entry;
        }
    }

    Appender(
            Signer signer,
            Continuity continuity,
            AuditRecords auditRecords,
            Stages stages,
            TransactionSynchronizationRegistry transactions) {
        this.signer = signer;
        this.continuity = continuity;
        this.auditRecords = auditRecords;
        this.stages = stages;
        this.transactions = transactions;
    }

    /** Before what the last life left unsent goes out, and before any record comes in. */
    void start(@Observes @Priority(0) StartupEvent event) {
        try {
            resume();
        } catch (BrokenContinuity e) {
            LOG.error(e.getMessage());
        }
        makeUpAuditRecords();
        loop = stages.loop("ledger", this);
    }

    /** Audit records that lack entries get them, from the log. */
    void makeUpAuditRecords() {
        for (var behind = true; behind; ) {
            behind = inTransaction(log -> {
                var head = log.lockHead();
                return head.audited() < head.size() && auditRecords.catchUp(log, head) < head.size();
            });
        }
    }

    /**
     * Begins a new log, or goes on with the one there is: if the last life ended between commit and file, the file is caught up.
     *
     * @throws BrokenContinuity if the database does not go on from what the file says
     */
    void resume() {
        inTransaction(this::resume);
    }

    private Void resume(LogTables log) {
        var head = log.lockHead();
        var lastSigned = log.lastSigned();
        var last = lastSigned == null ? null : lastSigned.note();
        if (head.size() == 0 && !continuity.hasBegun()) {
            var note = last == null ? signer.sign(0, head.root()) : last;
            if (last == null) {
                log.commitTo(0, head.root(), note, clock.instant());
            }
            onceCommitted(note);
            return null;
        }
        var signed = continuity.require(new TiledTree(head.size(), log), head.root());
        if (signed.size() < head.size()) {
            continuity.remember(last);
        }
        return null;
    }

    /**
     * Appends records in order. Blocks while there is as much to do as can be held.
     *
     * @return completes when each of them is in the log and its checkpoint told, or exceptionally with {@link StageLoop.Stopping}
     */
    public CompletableFuture<Void> append(Iterable<Entry> entries) {
        var done = new ArrayList<CompletableFuture<Void>>();
        for (var entry : entries) {
            var job = new Job(entry);
            done.add(loop.submit(job).exceptionally(failure -> {
                if (job.refused) {
                    return null;
                }
                throw new CompletionException(failure);
            }));
        }
        return CompletableFuture.allOf(done.toArray(CompletableFuture[]::new));
    }

    @Override
    public List<String> keys(List<Job> batch) {
        return List.of(signer.origin());
    }

    @Override
    public List<OutboxRow> perform(List<Job> batch) {
        return withTables(
                log -> append(log, batch.stream().map(job -> job.entry).toList(), true));
    }

    @Override
    public List<OutboxRow> refuse(Job job, Throwable cause) {
        LOG.errorf(cause, "%s becomes an entry without an audit record", job.entry.place());
        var rows = withTables(log -> append(log, List.of(job.entry), false));
        job.refused = true;
        return rows;
    }

    private List<OutboxRow> append(LogTables log, List<Entry> batch, boolean withRecords) {
        var head = log.lockHead();
        var tree = new TiledTree(head.size(), log);
        var signed = continuity.require(tree, head.root());
        var fresh = place(log, head, batch);
        if (fresh.isEmpty()) {
            return List.of();
        }
        var growth = tree.append(
                fresh.stream().map(placed -> placed.entry().leafHash()).toList());
        continuity.requireThatContinues(signed, growth.tree());
        log.insert(fresh);
        log.replace(growth.changed());
        var size = growth.tree().size();
        var root = growth.tree().root();
        var note = signer.sign(size, root);
        log.commitTo(size, root, note, clock.instant());
        if (head.audited() == head.size()) {
            auditRecords.apply(withRecords ? recorded(fresh) : List.of());
            log.audited(size);
        }
        onceCommitted(note);
        return List.of(told(size, root, note, head.signed() + 1));
    }

    /** The batch without what the log holds already. */
    private List<Placed> place(LogTables log, Head head, List<Entry> batch) {
        var known = log.known(batch);
        var places = new HashMap<>(known.places());
        var facts = new HashSet<>(known.facts());
        var fresh = new ArrayList<Placed>();
        for (var entry : batch) {
            var place = Place.of(entry);
            var last = places.get(place);
            if (last != null && Arrays.equals(last.leaf(), entry.leaf().bytes())) {
                continue;
            }
            if (entry.fact() != null && !facts.add(HexFormat.of().formatHex(entry.fact()))) {
                LOG.debugf("%s repeats an entry: its producer sent it again", entry.place());
                continue;
            }
            if (last != null) {
                LOG.warnf("%s now holds another record than before: both are entries", entry.place());
            }
            if (entry.notAnEvent() != null
                    && Topic.named(entry.arrival().topic()).isPresent()) {
                LOG.warnf("%s is no event, and an entry all the same: %s", entry.place(), entry.notAnEvent());
            }
            var generation = last == null ? 0 : last.generation() + 1;
            places.put(place, new LogTables.Last(generation, entry.leaf().bytes()));
            fresh.add(new Placed(head.size() + fresh.size(), generation, entry));
        }
        return fresh;
    }

    private static List<AuditRecords.Recorded> recorded(List<Placed> entries) {
        return entries.stream()
                .filter(placed -> placed.entry().event() != null)
                .map(placed -> new AuditRecords.Recorded(
                        placed.seq(), placed.entry().run(), placed.entry().event()))
                .toList();
    }

    private void onceCommitted(String note) {
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    continuity.remember(note);
                }
            }
        });
    }

    private OutboxRow told(long size, byte[] root, String note, long sequence) {
        var origin = signer.origin();
        var data = new CheckpointEvent.Signed(origin, size, HexFormat.of().formatHex(root), note);
        var id = EventIds.ofName(origin + "/" + size + "/" + data.root());
        var event = new Event<>(
                id,
                stages.source(),
                EventTypes.typeOf(CheckpointEvent.Signed.class),
                origin,
                clock.instant(),
                Outgoing.NO_NAMESPACE,
                null,
                sequence,
                TraceContext.orNew(null, id),
                data);
        return OutboxRow.of(Topic.CHECKPOINTS, origin, event);
    }

    private static <T> T withTables(Function<LogTables, T> work) {
        return Panache.getEntityManager(AuditRun.class)
                .unwrap(Session.class)
                .doReturningWork(connection -> work.apply(new LogTables(connection)));
    }

    static <T> T inTransaction(Function<LogTables, T> work) {
        return QuarkusTransaction.requiringNew().call(() -> withTables(work));
    }
}
