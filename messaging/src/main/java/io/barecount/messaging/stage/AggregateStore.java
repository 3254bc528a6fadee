package io.barecount.messaging.stage;

import io.barecount.contracts.event.Json;
import io.quarkus.hibernate.orm.panache.Panache;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Keeps the states of a stage in one table, whole batches at a time.
 *
 * @param <S> the state; a sealed interface or a record
 * @param <R> the entity
 */
public final class AggregateStore<S, R extends AggregateRow> {
    private final Class<S> stateType;
    private final Class<R> rowType;
    private final Supplier<R> newRow;
    private final BiConsumer<R, S> columns;

    /** With one array, it is one prepared statement for batches of all sizes. */
    private final String lockingQuery;

    /**
     * @param rowType names its table by {@link Table}
     * @param columns fills the row's own columns from the state
     */
    public AggregateStore(Class<S> stateType, Class<R> rowType, Supplier<R> newRow, BiConsumer<R, S> columns) {
        this.stateType = stateType;
        this.rowType = rowType;
        this.newRow = newRow;
        this.columns = columns;
        this.lockingQuery = "select * from "
                + rowType.getAnnotation(Table.class).name() + " where id = any (:keys) order by id for update";
    }

    /** One key's state while its batch is in work. */
    final class Aggregate {
        private final String key;
        private R row;
        private S state;
        private boolean changed;

        private Aggregate(String key, R row) {
            this.key = key;
            this.row = row;
            this.state = row == null ? null : Json.read(row.state, stateType);
        }

        /** Whether nobody ever decided on it before. */
        boolean isNew() {
            return row == null;
        }

        S state() {
            return state;
        }

        /** Of the key's first input; null if there was none before. */
        String traceparent() {
            return row == null ? null : row.traceparent;
        }

        /** The next place in the key's sequence of events. */
        long nextSequence() {
            row.version++;
            return row.version;
        }

        /** Written by {@link #write}. */
        void change(S to, String traceparent) {
            state = to;
            changed = true;
            if (row == null) {
                row = newRow.get();
                row.id = key;
                row.traceparent = traceparent;
            }
        }

        /** Once for all that changed since the last time: a state may be large, and inputs of one key come in crowds. */
        void write(Instant now) {
            if (!changed) {
                return;
            }
            changed = false;
            row.state = Json.text(state, stateType);
            row.updatedAt = now;
            columns.accept(row, state);
            if (!row.isPersistent()) {
                row.persist();
            }
        }
    }

    /** Locks the rows until the transaction ends, so that two instances never decide on the same key at once. */
    Map<String, Aggregate> load(Collection<String> keys) {
        @SuppressWarnings("unchecked")
        List<R> rows = Panache.getEntityManager(rowType)
                .createNativeQuery(lockingQuery, rowType)
                .setParameter("keys", keys.toArray(String[]::new))
                .getResultList();
        var aggregates = new HashMap<String, Aggregate>();
        keys.forEach(key -> aggregates.put(key, new Aggregate(key, null)));
        rows.forEach(row -> aggregates.put(row.id, new Aggregate(row.id, row)));
        return aggregates;
    }
}
