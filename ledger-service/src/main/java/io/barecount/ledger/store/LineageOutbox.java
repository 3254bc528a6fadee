package io.barecount.ledger.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.ledger.LedgerConfig;
import io.barecount.ledger.lineage.Lineage;
import io.barecount.ledger.lineage.Told;
import io.barecount.ledger.view.RunView;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;

/**
 * OpenLineage events on their way out. Which of a run's were told is remembered in the transaction that changes its audit record: each is
 * put here once, over any crash, and also when all records are made anew.
 */
@ApplicationScoped
public class LineageOutbox {
    /** Names the lock, among all that this database knows, of whoever sends: there is one order. */
    private static final long SENDER = 0x6c696e6561676501L;

    /** Well below a transaction's time limit, as what is sent in one that fails is sent again. */
    private static final Duration SENDING_MAX = Duration.ofSeconds(20);

    private final boolean isWanted;

    LineageOutbox(LedgerConfig config) {
        isWanted = config.lineageUrl().isPresent() || config.lineageTopic().isPresent();
    }

    /** Whether anybody is told at all. */
    public boolean isWanted() {
        return isWanted;
    }

    /** Within the transaction that makes these records. */
    @SuppressWarnings("unchecked")
    void tell(Collection<RunView> views) {
        if (!isWanted || views.isEmpty()) {
            return;
        }
        var entities = entities();
        var told = new HashMap<UUID, Told>();
        var runs = views.stream().map(view -> view.run().value()).toArray(UUID[]::new);
        ((List<Object[]>) entities.createNativeQuery("select run, told from lineage_told where run = any (:runs)")
                        .setParameter("runs", runs)
                        .getResultList())
                .forEach(row -> told.put((UUID) row[0], Told.valueOf((String) row[1])));
        for (var view : views) {
            var run = view.run().value();
            var before = told.getOrDefault(run, Told.NOTHING);
            var due = Lineage.of(view, before);
            if (due.told() != before) {
                due.events()
                        .forEach(event -> entities.createNativeQuery(
                                        "insert into lineage_outbox (run, event) values (:run, :event)")
                                .setParameter("run", run)
                                .setParameter("event", Json.text(event))
                                .executeUpdate());
                entities.createNativeQuery("insert into lineage_told (run, told) values (:run, :told)"
                                + " on conflict (run) do update set told = excluded.told")
                        .setParameter("run", run)
                        .setParameter("told", due.told().name())
                        .executeUpdate();
            }
        }
    }

    public record Unsent(RunId run, String event) {}

    /** What becomes of an event that is to be sent. */
    public sealed interface Sent {
        record Done() implements Sent {}

        /** It will never be taken. */
        record Refused(String why) implements Sent {}

        /** Not now. */
        record Later() implements Sent {}
    }

    @FunctionalInterface
    public interface Sender {
        Sent send(Unsent event);
    }

    /**
     * Gives the oldest events to a sender, in order, until one can't be sent now. If another instance sends at present, does nothing.
     *
     * @return whether all that there were are gone
     */
    @SuppressWarnings("unchecked")
    public boolean send(int most, Sender sender) {
        return QuarkusTransaction.requiringNew().call(() -> {
            var entities = entities();
            var isOurs = (Boolean) entities.createNativeQuery("select pg_try_advisory_xact_lock(" + SENDER + ")")
                    .getSingleResult();
            if (!isOurs) {
                return true;
            }
            var rows = (List<Object[]>) entities.createNativeQuery(
                            "select id, run, event from lineage_outbox where refused is null order by id")
                    .setMaxResults(most)
                    .getResultList();
            var began = System.nanoTime();
            for (var row : rows) {
                if (System.nanoTime() - began > SENDING_MAX.toNanos()) {
                    return false;
                }
                switch (sender.send(new Unsent(new RunId((UUID) row[1]), (String) row[2]))) {
                    case Sent.Done done ->
                        entities.createNativeQuery("delete from lineage_outbox where id = :id")
                                .setParameter("id", row[0])
                                .executeUpdate();
                    case Sent.Refused refused ->
                        entities.createNativeQuery("update lineage_outbox set refused = :why where id = :id")
                                .setParameter("why", refused.why())
                                .setParameter("id", row[0])
                                .executeUpdate();
                    case Sent.Later later -> {
                        return false;
                    }
                }
            }
            return rows.size() < most;
        });
    }

    private static EntityManager entities() {
        return Panache.getEntityManager(AuditRun.class);
    }
}
