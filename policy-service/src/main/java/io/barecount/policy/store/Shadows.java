package io.barecount.policy.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.replay.Recorded;
import io.barecount.policy.replay.Replayed;
import io.barecount.policy.replay.Report;
import io.barecount.policy.replay.Tally;
import io.barecount.policy.store.RecordedDecisions.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What versions in shadow would have decided. */
@ApplicationScoped
public class Shadows {
    private static final long LOCK = 0x7368_6164_6f77L;

    /** Decisions become visible when their transaction ends, at most so long after the time that they bear. */
    private static final Duration LATE_MAX = Duration.ofMinutes(2);

    private static final String UNKNOWN = "unknown";

    private final EntityManager entities;

    Shadows(EntityManager entities) {
        this.entities = entities;
    }

    /** Whether this transaction, and no other one, has shadows judge until it ends. */
    public boolean tryLock() {
        return (Boolean) entities.createNativeQuery("select pg_try_advisory_xact_lock(:lock)", Boolean.class)
                .setParameter("lock", LOCK)
                .getSingleResult();
    }

    /** Decisions since then that this version has not judged, the oldest first. */
    @SuppressWarnings("unchecked")
    public List<Row> unjudged(Digest version, Instant since, int most) {
        var judged = (Instant) entities.createNativeQuery(
                        "select max(decided_at) from shadow_verdicts where version = :version", Instant.class)
                .setParameter("version", version.toString())
                .getSingleResult();
        var from = judged == null || judged.minus(LATE_MAX).isBefore(since) ? since : judged.minus(LATE_MAX);
        return ((List<Object[]>) entities.createNativeQuery(
                                RecordedDecisions.ROWS
                                        + " from decisions where decided_at >= :from and not exists (select 1"
                                        + " from shadow_verdicts where version = :version and run = decisions.id)"
                                        + " order by decided_at, id limit " + most,
                                Object[].class)
                        .setParameter("from", from)
                        .setParameter("version", version.toString())
                        .getResultList())
                .stream().map(row -> new Row((String) row[0], (String) row[1])).toList();
    }

    /** In the transaction that there is. */
    public void add(Digest version, Recorded recorded, Replayed replayed) {
        var said = switch (replayed) {
            case Replayed.Same(var verdict) -> new String[] {verdict.name(), verdict.name(), null};
            case Replayed.Different different ->
                new String[] {different.was().name(), different.would().name(), Json.text(different)};
            case Replayed.Unknown(var why) -> new String[] {UNKNOWN, why.name(), null};
        };
        entities.createNativeQuery(
                        "insert into shadow_verdicts (version, run, decided_at, was, would, difference)"
                                + " values (:version, :run, :at, :was, :would, cast(:difference as jsonb)) on conflict do nothing")
                .setParameter("version", version.toString())
                .setParameter("run", recorded.run())
                .setParameter("at", recorded.at())
                .setParameter("was", said[0])
                .setParameter("would", said[1])
                .setParameter("difference", said[2])
                .executeUpdate();
    }

    /** What this version has said so far, whenever it was in shadow. */
    @Transactional
    @SuppressWarnings("unchecked")
    public Report report(Digest version, Digest policySet) {
        var tally = new Tally();
        for (var row : (List<Object[]>) entities.createNativeQuery(
                        "select was, would, count(*) from shadow_verdicts where version = :version and difference is null"
                                + " group by was, would order by was, would",
                        Object[].class)
                .setParameter("version", version.toString())
                .getResultList()) {
            var number = ((Number) row[2]).longValue();
            if (UNKNOWN.equals(row[0])) {
                tally.unknown(Replayed.Why.valueOf((String) row[1]), number);
            } else {
                tally.same(number);
            }
        }
        try (var differences = entities.createNativeQuery(
                        "select cast(difference as text) from shadow_verdicts where version = :version"
                                + " and difference is not null order by decided_at desc, run",
                        String.class)
                .setParameter("version", version.toString())
                .getResultStream()) {
            differences.forEach(text -> tally.add(Json.read((String) text, Replayed.Different.class)));
        }
        return tally.report(policySet);
    }
}
