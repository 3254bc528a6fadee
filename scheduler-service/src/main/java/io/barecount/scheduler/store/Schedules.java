package io.barecount.scheduler.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.scheduler.schedule.ScheduleState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what pipelines start by themselves; only the schedules' stage writes it. */
@ApplicationScoped
public class Schedules {
    private final EntityManager entities;

    Schedules(EntityManager entities) {
        this.entities = entities;
    }

    @Transactional
    public Optional<ScheduleState> of(String namespace, String pipeline) {
        return ScheduleRow.<ScheduleRow>findByIdOptional(namespace + "/" + pipeline)
                .map(row -> Json.read(row.state, ScheduleState.class));
    }

    /**
     * Of pipelines that start anything by themselves, by name.
     *
     * @param namespaces only theirs; empty for all
     */
    @Transactional
    public List<ScheduleState> list(Optional<Set<String>> namespaces, int limit) {
        var rows = namespaces
                .map(names -> ScheduleRow.<ScheduleRow>find(
                        "namespace in ?1 and (dueAt is not null or array_length(upstream) > 0) order by id", names))
                .orElseGet(() -> ScheduleRow.find("dueAt is not null or array_length(upstream) > 0 order by id"));
        return rows.page(0, limit).stream()
                .map(row -> Json.read(row.state, ScheduleState.class))
                .toList();
    }

    /** Those of which something is due at this time, the longest overdue first. */
    @Transactional
    public List<ScheduleState> due(Instant now, int limit) {
        return ScheduleRow.<ScheduleRow>find("dueAt <= ?1 order by dueAt", now).page(0, limit).stream()
                .map(row -> Json.read(row.state, ScheduleState.class))
                .toList();
    }

    /** Names {@code namespace/pipeline} of those that come after runs of this pipeline. */
    @Transactional
    public List<String> after(String namespace, String pipeline) {
        @SuppressWarnings("unchecked")
        List<String> names = entities.createNativeQuery(
                        "select id from schedules where namespace = :namespace and upstream @> array[cast(:pipeline as text)]",
                        String.class)
                .setParameter("namespace", namespace)
                .setParameter("pipeline", pipeline)
                .getResultList();
        return names;
    }

    /** Those of these runs that have ended: one that is not known here was submitted, and is on its way, or never was. */
    @Transactional
    public Set<RunId> ended(List<RunId> runs) {
        if (runs.isEmpty()) {
            return Set.of();
        }
        @SuppressWarnings("unchecked")
        List<String> ended = entities.createNativeQuery(
                        "select id from runs where id = any (:ids)"
                                + " and status in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DENIED', 'REJECTED')",
                        String.class)
                .setParameter("ids", runs.stream().map(RunId::toString).toArray(String[]::new))
                .getResultList();
        return ended.stream().map(RunId::parse).collect(Collectors.toSet());
    }
}
