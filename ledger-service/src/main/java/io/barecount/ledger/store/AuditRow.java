package io.barecount.ledger.store;

import io.barecount.contracts.event.Json;
import io.barecount.ledger.view.RunView;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** The audit record of a run, with the columns that are searched by. */
@Entity
@Table(name = "audit_runs")
public class AuditRow extends PanacheEntityBase {
    @Id
    public String run;

    public String namespace;
    public String pipeline;

    @Column(nullable = false)
    public String stage;

    @Column(name = "ended_at")
    public Instant endedAt;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false)
    public String view;

    public RunView toView() {
        return Json.read(view, RunView.class);
    }

    private void fill(RunView changed) {
        namespace = changed.namespace();
        pipeline = changed.pipeline();
        stage = Json.tree(changed.stage()).asText();
        endedAt = changed.endedAt();
        view = Json.text(changed);
    }

    /** The records of these runs, while a batch is applied to them. */
    static Map<String, AuditRow> of(Collection<String> runs) {
        var rows = new HashMap<String, AuditRow>();
        AuditRow.<AuditRow>list("run in ?1", runs).forEach(row -> rows.put(row.run, row));
        return rows;
    }

    static void store(Map<String, RunView> views, Map<String, AuditRow> known) {
        views.forEach((run, view) -> {
            var row = known.get(run);
            if (row == null) {
                row = new AuditRow();
                row.run = run;
                row.fill(view);
                row.persist();
            } else {
                row.fill(view);
            }
        });
    }

    /** Newest first; a null filter fits all. */
    public static List<AuditRow> newest(String namespace, String pipeline, String stage, String before, int limit) {
        return getEntityManager()
                .createQuery(
                        "from AuditRow where (:namespace is null or namespace = :namespace)"
                                + " and (:pipeline is null or pipeline = :pipeline) and (:stage is null or stage = :stage)"
                                + " and (:before is null or run < :before) order by run desc",
                        AuditRow.class)
                .setParameter("namespace", namespace)
                .setParameter("pipeline", pipeline)
                .setParameter("stage", stage)
                .setParameter("before", before)
                .setMaxResults(limit)
                .getResultList();
    }
}
