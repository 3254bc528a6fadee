package io.barecount.ledger.store;

import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Query;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/** What auditors ask of all runs at once, of the time from {@code from} until {@code until}; null leaves it open. */
@ApplicationScoped
public class Reports {
    private static final int LINES_MAX = 1_000;
    private static final Instant ALWAYS_BEFORE = Instant.parse("9999-01-01T00:00:00Z");

    /**
     * A success that nobody attested.
     *
     * @param attempt null if the run shows none at all
     */
    public record WithoutEvidence(UUID run, String attempt, String namespace, String pipeline, Instant endedAt) {}

    /** There must be none. */
    public List<WithoutEvidence> withoutEvidence(Instant from, Instant until) {
        return rows(
                """
                select a.run, a.attempt, r.namespace, r.pipeline, a.ended_at
                from audit_attempts a join audit_runs r using (run)
                where a.outcome = 'succeeded' and not a.has_evidence and a.ended_at >= :from and a.ended_at < :until
                union all
                select r.run, null, r.namespace, r.pipeline, r.ended_at
                from audit_runs r
                where r.state = 'succeeded' and r.submitted_at >= :from and r.submitted_at < :until
                    and not exists (select from audit_attempts a where a.run = r.run)
                order by 5""",
                from,
                until,
                row -> new WithoutEvidence(
                        (UUID) row[0], (String) row[1], (String) row[2], (String) row[3], time(row[4])));
    }

    /**
     * That a run would have left its boundary, and so did not start, or not go on.
     *
     * @param attempt null if governance found it, before any attempt
     */
    public record BoundaryFinding(
            UUID run, String attempt, String namespace, String pipeline, String boundary, Instant at, String state) {}

    public List<BoundaryFinding> boundaryFindings(Instant from, Instant until) {
        return rows(
                """
                select r.run, null, r.namespace, r.pipeline, r.boundary, r.submitted_at, r.state
                from audit_runs r where r.boundary_finding and r.submitted_at >= :from and r.submitted_at < :until
                union all
                select a.run, a.attempt, r.namespace, r.pipeline, r.boundary, a.ended_at, r.state
                from audit_attempts a join audit_runs r using (run)
                where a.failure_class = 'boundary-violation' and a.ended_at >= :from and a.ended_at < :until
                order by 6 desc""",
                from,
                until,
                row -> new BoundaryFinding(
                        (UUID) row[0],
                        (String) row[1],
                        (String) row[2],
                        (String) row[3],
                        (String) row[4],
                        time(row[5]),
                        (String) row[6]));
    }

    /** @param estimated the likely cost of the same runs, as it was expected before they started */
    public record Spend(
            String costCenter, String namespace, String currency, long runs, BigDecimal cost, BigDecimal estimated) {}

    public List<Spend> spend(Instant from, Instant until) {
        return rows(
                """
                select cost_center, namespace, currency, count(*), sum(cost), sum(estimate)
                from audit_runs where cost is not null and submitted_at >= :from and submitted_at < :until
                group by 1, 2, 3 order by 5 desc, 1, 2""",
                from,
                until,
                row -> new Spend(
                        (String) row[0],
                        (String) row[1],
                        (String) row[2],
                        ((Number) row[3]).longValue(),
                        (BigDecimal) row[4],
                        (BigDecimal) row[5]));
    }

    /** @param level {@code deny}, or {@code advise}; {@code none} for runs of which no rule said anything */
    public record Rule(String rule, String level, long runs, long permitted, long denied) {}

    public List<Rule> decisionsByRule(Instant from, Instant until) {
        return rows(
                """
                select split_part(spoke, ':', 1), substring(spoke from position(':' in spoke) + 1), count(*),
                    count(*) filter (where state <> 'denied'), count(*) filter (where state = 'denied')
                from audit_runs, unnest(case when rules = '{}' then cast(array['none:'] as varchar[]) else rules end) spoke
                where rules is not null and submitted_at >= :from and submitted_at < :until
                group by spoke order by 3 desc, 2""",
                from,
                until,
                row -> new Rule(
                        (String) row[1],
                        (String) row[0],
                        ((Number) row[2]).longValue(),
                        ((Number) row[3]).longValue(),
                        ((Number) row[4]).longValue()));
    }

    /** However the driver tells a time of no mapped column. */
    private static Instant time(Object column) {
        return switch (column) {
            case null -> null;
            case Instant instant -> instant;
            case OffsetDateTime time -> time.toInstant();
            case Timestamp timestamp -> timestamp.toInstant();
            default -> throw new IllegalStateException("no time: " + column.getClass());
        };
    }

    private interface Line<T> {
        T of(Object[] row);
    }

    @SuppressWarnings("unchecked")
    private static <T> List<T> rows(String sql, Instant from, Instant until, Line<T> line) {
        return QuarkusTransaction.requiringNew().call(() -> {
            Query query = Panache.getEntityManager(AuditRun.class).createNativeQuery(sql);
            query.setParameter("from", from == null ? Instant.EPOCH : from);
            query.setParameter("until", until == null ? ALWAYS_BEFORE : until);
            query.setMaxResults(LINES_MAX);
            return ((List<Object[]>) query.getResultList())
                    .stream().map(line::of).toList();
        });
    }
}
