package io.barecount.messaging.stage;

import io.barecount.contracts.event.Json;
import io.quarkus.hibernate.orm.panache.Panache;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
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

    /** @param columns fills the row's own columns from the state */
    public AggregateStore(Class<S> stateType, Class<R> rowType, Supplier<R> newRow, BiConsumer<R, S> columns) {
        this.stateType = stateType;
        this.rowType = rowType;
        this.newRow = newRow;
        this.columns = columns;
    }

    /** One key's state while its batch is in work. */
    final class Aggregate {
        private final String key;
        private R row;
        private S state;

        private Aggregate(String key, R row) {
            this.key = key;
            this.row = row;
            this.state = row == null ? null : Json.read(row.state, stateType);
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

        void change(S changed, String traceparent, Instant now) {
            if (row == null) {
                row = newRow.get();
                row.id = key;
                row.traceparent = traceparent;
                fill(changed, now);
                row.persist();
            } else {
                fill(changed, now);
            }
        }

        private void fill(S changed, Instant now) {
            state = changed;
            row.state = Json.text(changed, stateType);
            row.updatedAt = now;
            columns.accept(row, changed);
        }
    }

    /** Locks the rows until the transaction ends, so that two instances never decide on the same key at once. */
    Map<String, Aggregate> load(Collection<String> keys) {
        var rows = Panache.getEntityManager(rowType)
                .createQuery("from " + rowType.getSimpleName() + " where id in :keys order by id", rowType)
                .setParameter("keys", keys)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList();
        var aggregates = new HashMap<String, Aggregate>();
        keys.forEach(key -> aggregates.put(key, new Aggregate(key, null)));
        rows.forEach(row -> aggregates.put(row.id, new Aggregate(row.id, row)));
        return aggregates;
    }
}
