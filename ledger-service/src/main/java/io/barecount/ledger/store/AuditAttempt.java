package io.barecount.ledger.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.ledger.view.AttemptView;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.panache.common.Page;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** An attempt's audit record; the columns serve queries and are never the truth. */
@Entity
@Table(name = "audit_attempts")
public class AuditAttempt extends PanacheEntityBase {
    @Id
    public String attempt;

    public UUID run;

    public int task;

    public int number;

    /** Null until it has ended. */
    public String outcome;

    @Column(name = "failure_class")
    public String failureClass;

    @Column(name = "has_evidence")
    public boolean hasEvidence;

    @Column(name = "ended_at")
    public Instant endedAt;

    /** An {@link AttemptView} as JSON. */
    @Column(nullable = false)
    public String record;

    static AuditAttempt of(AttemptView view) {
        var row = new AuditAttempt();
        row.attempt = view.attempt().toString();
        row.run = view.attempt().run().value();
        row.task = view.attempt().task().index();
        row.number = view.attempt().number();
        row.fill(view);
        return row;
    }

    void fill(AttemptView view) {
        var ended = view.ended();
        record = Json.text(view);
        outcome = ended == null ? null : Json.tree(ended.outcome()).asText();
        failureClass = ended == null || ended.failureClass() == null
                ? null
                : Json.tree(ended.failureClass()).asText();
        hasEvidence = ended != null && ended.evidence() != null;
        endedAt = ended == null ? null : ended.at();
    }

    AttemptView view() {
        return Json.read(record, AttemptView.class);
    }

    /** In order, from a place on. */
    public static List<AttemptView> views(RunId run, int task, int number, int most) {
        return AuditAttempt.<AuditAttempt>find(
                        "run = ?1 and (task > ?2 or (task = ?2 and number >= ?3)) order by task, number",
                        run.value(),
                        task,
                        number)
                .page(Page.ofSize(most))
                .stream()
                .map(AuditAttempt::view)
                .toList();
    }
}
