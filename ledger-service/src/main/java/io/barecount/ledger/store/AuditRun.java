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
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

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

    /** Who submitted it. */
    public String submitter;

    public String runner;

    public String boundary;

    @Column(name = "policy_set")
    public String policySet;

    /** The rules that spoke, each with its level before it: {@code deny:cost-ceiling}. */
    @JdbcTypeCode(SqlTypes.ARRAY)
    public String[] rules;

    /** Whether governance or the gateway found that it would leave its boundary. */
    @Column(name = "boundary_finding")
    public boolean boundaryFinding;

    @Column(name = "cost_center")
    public String costCenter;

    /** Of what it cost, in {@link #currency}; null before it is known. */
    public BigDecimal cost;

    /** What it was expected to cost. */
    public BigDecimal estimate;

    public String currency;

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
        submitter = view.intake() == null ? null : column(view.intake().submitter());
        if (view.declared() != null) {
            runner = Json.tree(view.declared().runner()).asText();
            boundary = column(view.declared().boundary());
            costCenter = column(view.declared().costCenter());
        }
        if (view.decided() != null) {
            fill(view.decided());
        }
        if (view.status() != null && view.status().cost() != null) {
            cost = view.status().cost().amount();
            currency = view.status().cost().currency();
        }
    }

    private void fill(RunView.Decided decided) {
        policySet = decided.policySet() == null ? null : decided.policySet().toString();
        rules = decided.findings().stream()
                .map(finding -> column(Json.tree(finding.level()).asText() + ":" + finding.rule()))
                .distinct()
                .toArray(String[]::new);
        boundaryFinding = decided.findings().stream()
                .anyMatch(finding -> finding.path() != null && finding.path().startsWith("/spec/network"));
        if (decided.estimate() != null) {
            estimate = decided.estimate().likely().amount();
            currency = decided.estimate().likely().currency();
        }
    }

    /** When it was submitted; of a run of which that is not known, when the first was heard of it, or the beginning of time. */
    private static Instant taken(RunView view) {
        if (view.intake() != null && view.intake().at() != null) {
            return view.intake().at();
        }
        return view.status() == null ? Instant.EPOCH : view.status().at();
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

    /** Null if nobody knows of the run, or in which namespace it is. */
    public static String namespaceOf(UUID run) {
        return AuditRun.<AuditRun>findByIdOptional(run)
                .map(row -> row.namespace)
                .orElse(null);
    }

    /** The latest first, after this one; null begins with the latest. */
    public static List<AuditRun> page(RunFilter filter, RunFilter.After after, int most) {
        var where = filter.where(after);
        return AuditRun.<AuditRun>find(
                        "from AuditRun" + where.text() + " order by submittedAt desc, run", where.values())
                .page(Page.ofSize(most))
                .list();
    }

    public static long count(RunFilter filter) {
        var where = filter.where(null);
        return count("from AuditRun" + where.text(), where.values());
    }

    /** What the list goes on after. */
    public RunFilter.After place() {
        return new RunFilter.After(submittedAt, run);
    }
}
