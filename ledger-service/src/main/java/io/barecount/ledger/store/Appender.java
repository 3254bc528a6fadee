package io.barecount.ledger.store;

import io.barecount.contracts.Topic;
import io.barecount.contracts.checkpoint.CheckpointEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.ledger.LedgerConfig;
import io.barecount.ledger.entry.Leaf;
import io.barecount.ledger.store.Log.Head;
import io.barecount.ledger.tree.TileTree;
import io.barecount.ledger.view.RunView;
import io.barecount.messaging.outbox.OutboxRow;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.messaging.stage.StageLoop;
import io.barecount.messaging.stage.Stages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Appends records to the log: entries, tiles, head, checkpoint and audit records of a batch are one transaction. Before it signs, the
 * tree in the database is compared with the last checkpoint kept outside of it; if they disagree, nothing more is signed.
 */
@ApplicationScoped
public class Appender implements StageLoop.Work<Leaf.Source> {
    private static final Logger LOG = Logger.getLogger(Appender.class);

    private final Log log;
    private final KeptCheckpoint kept;
    private final SigningKey key;
    private final String origin;
    private final Stages stages;
    private final TransactionSynchronizationRegistry transactions;

    Appender(
            Log log,
            KeptCheckpoint kept,
            SigningKey key,
            LedgerConfig config,
            Stages stages,
            TransactionSynchronizationRegistry transactions) {
        this.log = log;
        this.kept = kept;
        this.key = key;
        this.origin = config.origin();
        this.stages = stages;
        this.transactions = transactions;
    }

    @Override
    public List<String> keys(List<Leaf.Source> batch) {
        return List.of(origin);
    }

    @Override
    public List<OutboxRow> perform(List<Leaf.Source> batch) {
        var head = log.lockHead();
        requireConsistent(head);
        var records = new ArrayList<Leaf.Source>();
        var leaves = new ArrayList<Leaf>();
        selectNew(batch, records, leaves);
        if (leaves.isEmpty()) {
            return List.of();
        }
        log.append(head.size(), records, leaves);
        var hashes =
                leaves.stream().map(leaf -> MerkleTree.leafHash(leaf.bytes())).toList();
        var grown = TileTree.grow(head.size(), log::tile, hashes);
        log.store(grown);
        view(records, leaves);
        return List.of(sign(new Checkpoint(origin, grown.size(), grown.root())));
    }

    /** A repeat of what has an entry already is left out, also within the batch. */
    private void selectNew(List<Leaf.Source> batch, List<Leaf.Source> records, List<Leaf> leaves) {
        var all = batch.stream().map(Leaf::of).toList();
        var known = new HashSet<>(log.known(all.stream().map(Leaf::identity).toList()));
        for (var i = 0; i < all.size(); i++) {
            if (known.add(all.get(i).identity())) {
                records.add(batch.get(i));
                leaves.add(all.get(i));
            }
        }
    }

    private void requireConsistent(Head head) {
        var checkpoint = kept.read();
        if (checkpoint.isEmpty()) {
            return;
        }
        var last = checkpoint.get();
        if (last.size() > head.size()) {
            throw new IllegalStateException(
                    "the database holds " + head.size() + " entries, the last checkpoint signed " + last.size()
                            + ": it was rolled back or cut short; nothing more is signed. Restore a complete backup.");
        }
        if (!Arrays.equals(rootAt(last.size()), last.root())) {
            throw new IllegalStateException("the tree in the database differs from the checkpoint signed at size "
                    + last.size() + ": it was altered; nothing more is signed. Run ./barecount verify to find where.");
        }
    }

    /** A smaller tree's right edge: its tiles hold more hashes by now, of which it only looks at its own. */
    private byte[] rootAt(long size) {
        return TileTree.root(size, log::tile);
    }

    private OutboxRow sign(Checkpoint checkpoint) {
        var note = checkpoint.sign(key);
        log.storeCheckpoint(checkpoint.size(), note);
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // Only a commit counts.
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    kept.write(note);
                }
            }
        });
        var id = EventIds.ofName(origin + "/" + checkpoint.size());
        var data = new CheckpointEvent.Signed(
                origin, checkpoint.size(), Base64.getEncoder().encodeToString(checkpoint.root()), note);
        return OutboxRow.of(
                Topic.CHECKPOINTS,
                origin,
                new Event<>(
                        id,
                        stages.source(),
                        EventTypes.typeOf(CheckpointEvent.Signed.class),
                        origin,
                        Clock.systemUTC().instant(),
                        Outgoing.NO_NAMESPACE,
                        null,
                        checkpoint.size(),
                        TraceContext.orNew(null, id),
                        data));
    }

    private void view(List<Leaf.Source> records, List<Leaf> leaves) {
        var runs = leaves.stream()
                .map(Leaf::run)
                .filter(run -> run != null)
                .distinct()
                .toList();
        var rows = AuditRow.of(runs);
        var views = new HashMap<String, RunView>();
        for (var i = 0; i < leaves.size(); i++) {
            var run = leaves.get(i).run();
            if (run != null) {
                var before = views.computeIfAbsent(
                        run, id -> rows.containsKey(id) ? rows.get(id).toView() : RunView.empty(id));
                views.put(run, before.apply(event(records.get(i))));
            }
        }
        AuditRow.store(views, rows);
    }

    private static Event<?> event(Leaf.Source record) {
        try {
            return Topic.named(record.topic())
                    .map(topic -> EventCodec.decode(topic, record.headers(), record.value()))
                    .orElse(null);
        } catch (MalformedEvent e) {
            LOG.debugf(
                    "%s-%d@%d is an entry, and no event of ours: %s",
                    record.topic(), record.partition(), record.offset(), e.getMessage());
            return null;
        }
    }

    @Override
    public List<OutboxRow> refuse(Leaf.Source record, Throwable cause) {
        LOG.errorf(
                cause,
                "%s-%d@%d can't be recorded as it is; its digest is",
                record.topic(),
                record.partition(),
                record.offset());
        return perform(List.of(
                new Leaf.Source(record.topic(), record.partition(), record.offset(), null, Map.of(), record.value())));
    }
}
