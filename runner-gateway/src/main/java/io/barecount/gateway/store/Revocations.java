package io.barecount.gateway.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.DecisionEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The permits that were taken back. They are few, and asked for at every start: so all are in memory, and read again from the table
 * when they are older than a second, as another instance may have been told of one.
 */
@ApplicationScoped
public class Revocations {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private Map<String, String> reasonOfRun = Map.of();
    private long readAt;
    private boolean stale = true;

    /** Why the permit of this run holds no more; empty if it does. Inside a transaction. */
    public synchronized Optional<String> of(RunId run) {
        if (stale || System.nanoTime() - readAt > FRESH.toNanos()) {
            var read = new HashMap<String, String>();
            RevocationRow.<RevocationRow>listAll().forEach(row -> read.put(row.run, row.reason));
            reasonOfRun = read;
            readAt = System.nanoTime();
            stale = false;
        }
        return Optional.ofNullable(reasonOfRun.get(run.toString()));
    }

    /** Keeps it for good; a repeat changes nothing. Inside a transaction. */
    void store(DecisionEvent.Revoked revoked) {
        RevocationRow.getEntityManager()
                .createNativeQuery("insert into revocations (run, reason, revoked_at) values (:run, :reason, :at)"
                        + " on conflict (run) do nothing")
                .setParameter("run", revoked.run().toString())
                .setParameter(
                        "reason", "by " + revoked.by() + (revoked.reason() == null ? "" : ", " + revoked.reason()))
                .setParameter("at", revoked.at())
                .executeUpdate();
    }

    /** After a commit: what is in memory may lack something. */
    synchronized void changed() {
        stale = true;
    }

    /** Ids of attempts of this run that have not ended. */
    static List<String> openAttempts(RunId run) {
        return AttemptRow.<AttemptRow>list("run = ?1 and status <> 'ended'", run.toString()).stream()
                .map(row -> row.id)
                .toList();
    }
}
