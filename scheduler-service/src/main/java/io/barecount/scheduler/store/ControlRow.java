package io.barecount.scheduler.store;

import io.barecount.messaging.stage.AggregateRow;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.scheduler.control.ControlState;
import io.barecount.scheduler.control.Mode;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;

/** What is set of a scope; its id is the scope as printed. */
@Entity
@Table(name = "controls")
public class ControlRow extends AggregateRow {
    @Enumerated(EnumType.STRING)
    @Column(nullable = false)
    public Mode mode;

    public String reason;

    public Integer most;

    public Integer least;

    @Column(name = "starts_per_second")
    public Double startsPerSecond;

    @Column(nullable = false)
    public double weight;

    /** For the controls' stage. */
    public static AggregateStore<ControlState, ControlRow> aggregates() {
        return new AggregateStore<>(ControlState.class, ControlRow.class, ControlRow::new, ControlRow::fill);
    }

    private void fill(ControlState control) {
        mode = control.mode();
        reason = control.reason();
        most = control.most();
        least = control.least();
        startsPerSecond = control.startsPerSecond();
        weight = control.weight();
    }
}
