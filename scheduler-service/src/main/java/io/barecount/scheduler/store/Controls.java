package io.barecount.scheduler.store;

import io.barecount.contracts.control.Scope;
import io.barecount.contracts.event.Json;
import io.barecount.scheduler.control.ControlState;
import io.barecount.scheduler.control.Mode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what is set of scopes, and what is in them; only the controls' stage writes them. */
@ApplicationScoped
public class Controls {
    private final EntityManager entities;

    Controls(EntityManager entities) {
        this.entities = entities;
    }

    /** All that were ever set, by scope. */
    @Transactional
    public List<ControlState> all() {
        return ControlRow.<ControlRow>find("order by id").stream()
                .map(row -> Json.read(row.state, ControlState.class))
                .toList();
    }

    @Transactional
    public Optional<ControlState> of(Scope scope) {
        return ControlRow.<ControlRow>findByIdOptional(scope.toString())
                .map(row -> Json.read(row.state, ControlState.class));
    }

    /** Those that something has to follow of by itself. */
    @Transactional
    public List<ControlState> in(Mode mode) {
        return ControlRow.<ControlRow>find("mode", mode).stream()
                .map(row -> Json.read(row.state, ControlState.class))
                .toList();
    }

    /** Whether an attempt of the scope is out. */
    @Transactional
    public boolean isAnythingOut(Scope scope) {
        var query = entities.createNativeQuery(
                "select exists (select 1 from runs where held > 0 and " + condition(scope) + ")", Boolean.class);
        Filled.by(scope).forEach(query::setParameter);
        return (boolean) query.getSingleResult();
    }

    /** Runs of the scope that had come by the time of its kill and have not been cancelled yet, some of them. */
    @Transactional
    public List<String> toBeKilled(ControlState killed, int limit) {
        var query = entities.createNativeQuery(
                "select id from runs where status in ('QUEUED', 'RUNNING') and arrived_at <= :since and "
                        + condition(killed.scope()) + " limit :most",
                String.class);
        Filled.by(killed.scope()).forEach(query::setParameter);
        query.setParameter("since", Timestamp.from(killed.since()));
        query.setParameter("most", limit);
        @SuppressWarnings("unchecked")
        List<String> runs = query.getResultList();
        return runs;
    }

    private static String condition(Scope scope) {
        return switch (scope.kind()) {
            case PLATFORM -> "true";
            case NAMESPACE -> "namespace = :one";
            case PIPELINE -> "namespace = :one and pipeline = :two";
            case RUNNER_TYPE -> "runner_type = upper(:one)";
            case BOUNDARY -> "boundary = :one";
            case POOL -> "runner_type = upper(:one) and boundary = :two";
        };
    }

    /** A scope's name, as the parameters of its condition. */
    private static final class Filled {
        private static Map<String, String> by(Scope scope) {
            var parts = scope.name().split("[/@]", 2);
            return switch (scope.kind()) {
                case PLATFORM -> Map.of();
                case NAMESPACE, RUNNER_TYPE, BOUNDARY -> Map.of("one", parts[0]);
                case PIPELINE, POOL -> Map.of("one", parts[0], "two", parts[1]);
            };
        }
    }
}
