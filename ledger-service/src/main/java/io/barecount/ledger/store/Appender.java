package io.barecount.ledger.store;

import io.barecount.contracts.Topic;
import io.barecount.contracts.checkpoint.CheckpointEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.ledger.entry.Entry;
import io.barecount.ledger.entry.Place;
import io.barecount.ledger.store.LogTables.Fact;
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
import java.io.ByteArrayOutputStream;
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
import java.util.stream.Collectors;
import org.hibernate.Session;
import org.jboss.logging.Logger;

/** The one way into the log: gives entries their places, in one order, and signs what the log is after each batch. */
@ApplicationScoped
public class Appender implements StageLoop.Work<Appender.Job> {
    private static final Logger LOG = Logger.getLogger(Appender.class);

    /** Large, as each batch is signed, written to two disks and told once; not larger, as what waits has to fit into memory. */
    private static final int BATCH_MAX = 2048;

    private final Signer signer;
    private final Continuity continuity;
    private final AuditFollower audit;
    private final Stages stages;
    private final TransactionSynchronizationRegistry transactions;
    private final Clock clock = Clock.systemUTC();
    private StageLoop<Job> loop;

    /** Up to here the table has room, as far as this instance knows. */
    private long room;

    /** An entry on its way; refused if its batch was, and it is in the log all the same. */
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
            AuditFollower audit,
            Stages stages,
            TransactionSynchronizationRegistry transactions) {
        this.signer = signer;
        this.continuity = continuity;
        this.audit = audit;
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
        loop = stages.loop("ledger", this, BATCH_MAX);
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
        if (head.size() == 0 && !continuity.hasBegun()) {
            var note = head.note() == null ? signer.sign(0, MerkleTree.emptyRoot()) : head.note();
            if (head.note() == null) {
                log.commitTo(0, note, 1, new byte[0], clock.instant());
            }
            onceCommitted(note, false);
            return null;
        }
        var signed = continuity.require(new TiledTree(head.size(), log), head.note());
        if (signed.size() < head.size()) {
            continuity.remember(head.note());
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
                log -> append(log, batch.stream().map(job -> job.entry).toList()));
    }

    @Override
    public List<OutboxRow> refuse(Job job, Throwable cause) {
        var rows = withTables(log -> append(log, List.of(job.entry)));
        job.refused = true;
        return rows;
    }

    private List<OutboxRow> append(LogTables log, List<Entry> batch) {
        var head = log.lockHead();
        var tree = new TiledTree(head.size(), log);
        var signed = continuity.require(tree, head.note());
        var fresh = place(log, head.size(), batch);
        if (fresh.isEmpty()) {
            return List.of();
        }
        var added = fresh.stream().map(placed -> placed.entry().leafHash()).toList();
        var growth = tree.append(added);
        continuity.requireThatContinues(signed, growth.tree());
        var size = growth.tree().size();
        var root = growth.tree().root();
        if (size > room) {
            log.makeRoom(head.size(), size);
            room = size - size % LogTables.PARTITION_ROWS;
        }
        log.insert(fresh);
        log.add(growth.changed());
        var note = signer.sign(size, root);
        log.commitTo(size, note, head.sequence() + 1, joined(added), clock.instant());
        onceCommitted(note, batch.size() == BATCH_MAX);
        return List.of(told(size, root, note, head.sequence() + 1));
    }

    private static byte[] joined(List<byte[]> hashes) {
        var all = new ByteArrayOutputStream(hashes.size() * MerkleTree.HASH_BYTES);
        hashes.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** The batch without what the log holds already: at the same place, or told again by its producer. */
    private static List<Placed> place(LogTables log, long from, List<Entry> batch) {
        var ends =
                log.ends(batch.stream().map(entry -> entry.place().partition()).collect(Collectors.toSet()));
        var places = new HashMap<Place, LogTables.Last>(log.last(batch.stream()
                .map(Entry::place)
                .filter(place -> place.offset() <= ends.getOrDefault(place.partition(), -1L))
                .toList()));
        var candidates = new ArrayList<Entry>(batch.size());
        var facts = new HashSet<Fact>();
        for (var entry : batch) {
            var last = places.get(entry.place());
            if (last != null && Arrays.equals(last.leaf(), entry.leaf().bytes())) {
                continue;
            }
            if (entry.fact() == null || facts.add(new Fact(entry.fact()))) {
                candidates.add(entry);
            }
        }
        var known = log.known(facts);
        facts.removeAll(known);
        log.addFacts(facts);
        var fresh = new ArrayList<Placed>(candidates.size());
        for (var entry : candidates) {
            if (entry.fact() != null && known.contains(new Fact(entry.fact()))) {
                LOG.debugf("%s repeats an entry: its producer sent it again", entry.place());
                continue;
            }
            var last = places.get(entry.place());
            if (last != null) {
                LOG.warnf("%s now holds another record than before: both are entries", entry.place());
            }
            var generation = last == null ? 0 : last.generation() + 1;
            places.put(
                    entry.place(), new LogTables.Last(generation, entry.leaf().bytes()));
            fresh.add(new Placed(from + fresh.size(), generation, entry));
        }
        return fresh;
    }

    private void onceCommitted(String note, boolean burst) {
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    continuity.remember(note);
                    audit.wake(burst);
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
