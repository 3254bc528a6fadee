package io.barecount.scheduler.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.messaging.stage.AggregateRow;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.scheduler.run.Demand;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.run.Status;
import io.barecount.scheduler.run.Summary;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A run's state; its id is the run's. */
@Entity
@Table(name = "runs")
public class RunRow extends AggregateRow {
    public String namespace;

    public String pipeline;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false)
    public Status status;

    @Column(name = "arrived_at", nullable = false)
    public Instant arrivedAt;

    @Column(name = "next_due_at")
    public Instant nextDueAt;

    @Enumerated(EnumType.STRING)
    @Column(name = "runner_type")
    public RunnerType runnerType;

    public String boundary;

    /** As of {@link Demand}, like the columns after it. */
    @Column(nullable = false)
    public int held;

    @Column(nullable = false)
    public int wanted;

    @Column(nullable = false)
    public int priority;

    @Column(nullable = false)
    public int preemptible;

    @Column(nullable = false)
    public int preempting;

    @Column(nullable = false)
    public Instant rank;

    @Column(name = "task_cost", nullable = false)
    public double taskCost;

    /** A {@link Summary} as JSON: what a list shows, without the state's manifest and permit. */
    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false)
    public String summary;

    /** For the stage of this service. */
    public static AggregateStore<RunState, RunRow> aggregates() {
        return new AggregateStore<>(RunState.class, RunRow.class, RunRow::new, RunRow::fill);
    }

    private void fill(RunState run) {
        var told = run.summary();
        namespace = told.namespace();
        pipeline = told.pipeline();
        status = told.status();
        arrivedAt = told.arrivedAt();
        nextDueAt = run.dueAt();
        var placement = told.placement();
        runnerType = placement == null ? null : placement.runnerType();
        boundary = placement == null ? null : placement.boundary();
        var demand = run.demand();
        held = demand.held();
        wanted = demand.wanted();
        priority = demand.priority();
        preemptible = demand.preemptible();
        preempting = demand.preempting();
        rank = demand.rank();
        taskCost = demand.taskCost();
        summary = Json.text(told);
    }
}
