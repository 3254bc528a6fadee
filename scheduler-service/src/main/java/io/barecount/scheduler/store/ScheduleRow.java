package io.barecount.scheduler.store;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.messaging.stage.AggregateRow;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.scheduler.schedule.ScheduleState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

/** What a pipeline starts by itself; its id is {@code namespace/pipeline}. */
@Entity
@Table(name = "schedules")
public class ScheduleRow extends AggregateRow {
    @Column(nullable = false)
    public String namespace;

    @Column(name = "due_at")
    public Instant dueAt;

    /** Pipelines of the namespace whose runs it comes after. */
    @Column(nullable = false)
    public String[] upstream;

    /** For the schedules' stage. */
    public static AggregateStore<ScheduleState, ScheduleRow> aggregates() {
        return new AggregateStore<>(ScheduleState.class, ScheduleRow.class, ScheduleRow::new, ScheduleRow::fill);
    }

    private void fill(ScheduleState schedule) {
        namespace = schedule.namespace();
        dueAt = schedule.dueAt();
        upstream = schedule.after().stream().map(Manifest.After::pipeline).toArray(String[]::new);
    }
}
