package io.barecount.scheduler.store;

import io.barecount.messaging.stage.AggregateRow;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.scheduler.pool.PoolState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** A pool's desired capacity; its id is the pool's scope as printed. */
@Entity
@Table(name = "pools")
public class PoolRow extends AggregateRow {
    @Column(nullable = false)
    public int desired;

    /** For the pools' stage. */
    public static AggregateStore<PoolState, PoolRow> aggregates() {
        return new AggregateStore<>(
                PoolState.class, PoolRow.class, PoolRow::new, (row, pool) -> row.desired = pool.desired());
    }
}
