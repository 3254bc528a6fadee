package io.barecount.ledger.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.ledger.view.RunView;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.panache.common.Page;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A run's audit record; the columns serve queries and are never the truth. */
@Entity
@Table(name = "audit_runs")
public class AuditRun extends PanacheEntityBase {
    @Id
    public UUID run;

    public String namespace;

    public String pipeline;

    public String state;

    @Column(name = "submitted_at")
    public Instant submittedAt;

    @Column(name = "ended_at")
    public Instant endedAt;

    /** A {@link RunView} as JSON. */
    @Column(nullable = false)
    public String record;

    static AuditRun of(RunView view) {
        var row = new AuditRun();
        row.run = view.run().value();
        row.fill(view);
        return row;
    }

    void fill(RunView view) {
        record = Json.text(view);
        namespace = column(view.namespace());
        pipeline = column(view.pipeline());
        state = view.status() == null ? null : Json.tree(view.status().state()).asText();
        submittedAt = taken(view);
        endedAt =
                view.status() != null && view.status().settled() ? view.status().at() : null;
    }

    /** When it was submitted; of a run that was rejected without more being known of it, when that was. */
    private static Instant taken(RunView view) {
        if (view.intake() != null && view.intake().at() != null) {
            return view.intake().at();
        }
        return view.status() == null ? null : view.status().at();
    }

    /** PostgreSQL's text has no NUL, and its indexes no long rows. */
    private static String column(String text) {
        return text == null
                ? null
                : text.substring(0, Math.min(text.length(), 500)).replace('\0', '\uFFFD');
    }

    public RunView view() {
        return Json.read(record, RunView.class);
    }

    public static Optional<RunView> view(RunId run) {
        return AuditRun.<AuditRun>findByIdOptional(run.value()).map(AuditRun::view);
    }

    /** The latest first; null asks for any. */
    public static List<RunView> views(String namespace, String pipeline, String state, int most) {
        var conditions = new ArrayList<String>();
        var values = new HashMap<String, Object>();
        condition("namespace", namespace, conditions, values);
        condition("pipeline", pipeline, conditions, values);
        condition("state", state, conditions, values);
        var where = conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions) + " ";
        return AuditRun.<AuditRun>find("from AuditRun " + where + "order by submittedAt desc nulls last, run", values)
                .page(Page.ofSize(most))
                .stream()
                .map(AuditRun::view)
                .toList();
    }

    private static void condition(String column, String value, List<String> conditions, Map<String, Object> values) {
        if (value != null) {
            conditions.add(column + " = :" + column);
            values.put(column, value);
        }
    }
}
