package io.barecount.scheduler.store;

import io.barecount.contracts.control.Scope;
import io.barecount.contracts.event.Json;
import io.barecount.scheduler.control.ControlState;
import io.barecount.scheduler.control.Mode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.util.List;
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
        return (boolean) filled(query, scope).getSingleResult();
    }

    /** Runs of the scope that had come by the time of its kill and have not been cancelled yet, some of them. */
    @Transactional
    public List<String> toBeKilled(ControlState killed, int limit) {
        var query = entities.createNativeQuery(
                "select id from runs where status in ('QUEUED', 'RUNNING') and arrived_at <= :since and "
                        + condition(killed.scope()) + " limit :most",
                String.class);
        filled(query, killed.scope());
        query.setParameter("since", Timestamp.from(killed.since()));
        query.setParameter("most", limit);
        @SuppressWarnings("unchecked")
        List<String> runs = query.getResultList();
        return runs;
    }

    private static String condition(Scope scope) {
        return condition(scope, "", ":one", ":two");
    }

    /**
     * What runs of the scope fulfil, with these in the places of its {@link #parts}.
     *
     * @param of prefix of the table's columns
     */
    static String condition(Scope scope, String of, String one, String two) {
        return switch (scope.kind()) {
            case PLATFORM -> "true";
            case NAMESPACE -> of + "namespace = " + one;
            case PIPELINE -> of + "namespace = " + one + " and " + of + "pipeline = " + two;
            case RUNNER_TYPE -> of + "runner_type = upper(" + one + ")";
            case BOUNDARY -> of + "boundary = " + one;
            case POOL -> of + "runner_type = upper(" + one + ") and " + of + "boundary = " + two;
        };
    }

    /** Of a scope's name: none, one or two. */
    static List<String> parts(Scope scope) {
        return switch (scope.kind()) {
            case PLATFORM -> List.of();
            case NAMESPACE, RUNNER_TYPE, BOUNDARY -> List.of(scope.name());
            case PIPELINE, POOL -> List.of(scope.name().split("[/@]", 2));
        };
    }

    private static Query filled(Query query, Scope scope) {
        var parts = parts(scope);
        if (!parts.isEmpty()) {
            query.setParameter("one", parts.get(0));
        }
        if (parts.size() > 1) {
            query.setParameter("two", parts.get(1));
        }
        return query;
    }
}
