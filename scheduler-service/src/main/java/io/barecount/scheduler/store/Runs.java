package io.barecount.scheduler.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.run.Status;
import io.barecount.scheduler.run.Summary;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads runs; only the stage writes them. */
@ApplicationScoped
public class Runs {
    private final EntityManager entities;

    Runs(EntityManager entities) {
        this.entities = entities;
    }

    /**
     * What to list; a part that is null restricts nothing.
     *
     * @param namespaces only theirs; empty for all
     */
    public record Filter(Optional<Set<String>> namespaces, String pipeline, Status status) {}

    /** A run of which something was due at this time. */
    public record DueRun(String run, Instant dueAt) {}

    @Transactional
    public Optional<RunState> stateOf(RunId run) {
        return RunRow.<RunRow>findByIdOptional(run.toString()).map(row -> Json.read(row.state, RunState.class));
    }

    /** When the run's decision or rejection came. */
    @Transactional
    public Optional<Instant> arrivalOf(RunId run) {
        return entities.createQuery("select r.arrivedAt from RunRow r where r.id = :id", Instant.class)
                .setParameter("id", run.toString())
                .getResultStream()
                .findFirst();
    }

    /**
     * The newest first.
     *
     * @param before the run that the page before ended with, and {@code beforeAt} its arrival; both null for the first page
     */
    @Transactional
    public List<Summary> list(Filter filter, RunId before, Instant beforeAt, int limit) {
        var conditions = new ArrayList<String>();
        var values = new HashMap<String, Object>();
        filter.namespaces().ifPresent(names -> {
            conditions.add("r.namespace in :namespaces");
            values.put("namespaces", names);
        });
        restrict("pipeline", filter.pipeline(), conditions, values);
        restrict("status", filter.status(), conditions, values);
        if (before != null) {
            conditions.add("r.arrivedAt <= :beforeAt and (r.arrivedAt < :beforeAt or r.id < :before)");
            values.put("before", before.toString());
            values.put("beforeAt", beforeAt);
        }
        var where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        var query = entities.createQuery(
                "select r.summary from RunRow r" + where + " order by r.arrivedAt desc, r.id desc", String.class);
        values.forEach(query::setParameter);
        return query.setMaxResults(limit)
                .getResultStream()
                .map(json -> Json.read(json, Summary.class))
                .toList();
    }

    /** Runs with a retry or a clock that is due at this time, the longest overdue first. */
    @Transactional
    public List<DueRun> due(Instant now, int limit) {
        return entities.createQuery(
                        "select r.id, r.nextDueAt from RunRow r where r.nextDueAt <= :now order by r.nextDueAt",
                        DueRun.class)
                .setParameter("now", now)
                .setMaxResults(limit)
                .getResultList();
    }

    /** Whether a run would dispatch something if there were room. */
    @Transactional
    public boolean isAnythingWanted() {
        return (boolean)
                entities.createNativeQuery("select exists (select 1 from runs where wanted > 0)", Boolean.class)
                        .getSingleResult();
    }

    private static void restrict(String field, Object value, List<String> conditions, Map<String, Object> values) {
        if (value != null) {
            conditions.add("r." + field + " = :" + field);
            values.put(field, value);
        }
    }
}
