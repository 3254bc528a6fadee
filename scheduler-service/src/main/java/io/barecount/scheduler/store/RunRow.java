package io.barecount.scheduler.store;

import io.barecount.messaging.stage.AggregateRow;
import io.barecount.scheduler.run.RunState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** A run, with the columns that lists and timers ask for. */
@Entity
@Table(name = "runs")
public class RunRow extends AggregateRow {
    public String namespace;

    public String pipeline;

    /** queued, running, cancelling, succeeded, failed, cancelled, denied, rejected */
    @Column(nullable = false)
    public String status;

    @Column(name = "next_due_at")
    public Instant nextDueAt;

    void fill(RunState run) {
        namespace = run.namespace();
        pipeline = run.pipeline();
        status = status(run);
        nextDueAt = run instanceof RunState.Active active ? active.nextDue() : null;
    }

    /** The run's state in one word, as people see it. */
    public static String status(RunState run) {
        return switch (run) {
            case RunState.Active active when active.cancelled() -> "cancelling";
            case RunState.Active active -> active.started() ? "running" : "queued";
            case RunState.Ended ended -> ended.outcome().name().toLowerCase(Locale.ROOT);
        };
    }

    /** Newest first; ids of runs are time-ordered. A null filter fits all. */
    public static List<RunRow> newest(String namespace, String pipeline, String status, String before, int limit) {
        var where = new StringJoiner(" and ");
        where.add("(:namespace is null or namespace = :namespace)");
        where.add("(:pipeline is null or pipeline = :pipeline)");
        where.add("(:status is null or status = :status)");
        where.add("(:before is null or id < :before)");
        return getEntityManager()
                .createQuery("from RunRow where " + where + " order by id desc", RunRow.class)
                .setParameter("namespace", namespace)
                .setParameter("pipeline", pipeline)
                .setParameter("status", status)
                .setParameter("before", before)
                .setMaxResults(limit)
                .getResultList();
    }

    public static List<RunRow> due(Instant now, int limit) {
        return RunRow.<RunRow>find("nextDueAt <= ?1 order by nextDueAt", now)
                .page(0, limit)
                .list();
    }
}
