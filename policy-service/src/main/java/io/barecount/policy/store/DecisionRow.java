package io.barecount.policy.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.messaging.stage.AggregateRow;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.policy.decision.Approver;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.estimate.Names;
import io.quarkus.panache.common.Parameters;
import io.quarkus.panache.common.Sort;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What was decided on a run; its id is the run's. */
@Entity
@Table(name = "decisions")
public class DecisionRow extends AggregateRow {
    public String namespace;

    public String pipeline;

    /** As {@link DecisionState#outcome} says it. */
    public String outcome;

    @Column(name = "decided_at")
    public Instant decidedAt;

    /** When a held run is denied; null for all others. */
    @Column(name = "due_at")
    public Instant dueAt;

    /** As {@link Approver#plain} writes it; the table refuses it among the approvers. */
    public String submitter;

    /** As {@link Approver#plain} writes them. */
    public String[] approvers;

    /** Ids of those that let it pass by a rule. */
    public String[] exemptions;

    /** Type of what it runs on, as manifests write it. */
    public String runner;

    /** What one of its tasks took; null until it has succeeded. */
    @Column(name = "task_nanos")
    public Long taskNanos;

    @Column(name = "cost_center")
    public String costCenter;

    /** Estimated. */
    public BigDecimal likely;

    /** Spent; null until the run has ended, and where its end told no cost. */
    public BigDecimal actual;

    public String currency;

    @Column(name = "ended_at")
    public Instant endedAt;

    /** For the stage of this service. */
    public static AggregateStore<DecisionState, DecisionRow> aggregates() {
        return new AggregateStore<>(DecisionState.class, DecisionRow.class, DecisionRow::new, DecisionRow::fill);
    }

    private void fill(DecisionState decided) {
        namespace = decided.namespace();
        pipeline = decided.pipeline();
        outcome = DecisionState.outcome(decided);
        decidedAt = decided.at();
        dueAt = decided instanceof DecisionState.Held held ? held.expiresAt() : null;
        submitter =
                decided.basis() == null ? null : Approver.plain(decided.basis().submitter());
        exemptions = DecisionState.exemptions(decided).toArray(String[]::new);
        fillCosts(decided);
        approvers = approvals(decided).stream()
                .map(approval -> Approver.plain(approval.by()))
                .toArray(String[]::new);
    }

    private void fillCosts(DecisionState decided) {
        var spec = decided.basis() == null ? null : decided.basis().manifest().spec();
        runner = spec == null || spec.runner() == null ? null : Names.of(runner(decided));
        costCenter = spec == null || spec.owner() == null ? null : spec.owner().costCenter();
        var funding = DecisionState.funding(decided);
        if (funding == null) {
            return;
        }
        var permitted = decided instanceof DecisionState.Revoked revoked
                ? revoked.permitted()
                : (DecisionState.Permitted) decided;
        var estimate = permitted.estimate();
        taskNanos = permitted.perTask() == null ? null : permitted.perTask().toNanos();
        likely = estimate.likely().amount();
        currency = estimate.likely().currency();
        actual = funding.spent() == null ? null : funding.spent().amount();
        endedAt = funding.endedAt();
    }

    private static RunnerType runner(DecisionState decided) {
        return switch (decided) {
            case DecisionState.Held held ->
                held.asked().manifest().spec().runner().type();
            case DecisionState.Permitted permitted ->
                permitted.manifest().spec().runner().type();
            case DecisionState.Revoked revoked ->
                revoked.permitted().manifest().spec().runner().type();
            case DecisionState.Denied denied ->
                denied.basis().manifest().spec().runner().type();
        };
    }

    private static List<Approval> approvals(DecisionState decided) {
        return switch (decided) {
            case DecisionState.Held held -> held.approvals();
            case DecisionState.Permitted permitted -> permitted.approvals();
            case DecisionState.Revoked revoked -> revoked.permitted().approvals();
            case DecisionState.Denied denied -> List.of();
        };
    }

    /** Empty while nothing is decided on this run. */
    public static Optional<DecisionState> stateOf(RunId run) {
        return DecisionRow.<DecisionRow>findByIdOptional(run.toString()).map(DecisionRow::read);
    }

    /**
     * @param outcome null for all
     * @param namespaces empty for all
     * @param pipeline null for all
     */
    public record Filter(String outcome, Optional<Set<String>> namespaces, String pipeline) {}

    /** The newest first; of the held ones the longest waiting. */
    public static List<DecisionState> list(Filter filter, int most) {
        var where = new ArrayList<String>();
        var parameters = new Parameters();
        if (filter.outcome() != null) {
            where.add("outcome = :outcome");
            parameters.and("outcome", filter.outcome());
        }
        filter.namespaces().ifPresent(namespaces -> {
            where.add("namespace in :namespaces");
            parameters.and("namespaces", namespaces);
        });
        if (filter.pipeline() != null) {
            where.add("pipeline = :pipeline");
            parameters.and("pipeline", filter.pipeline());
        }
        var sort = Sort.by("decidedAt", "id");
        return DecisionRow.<DecisionRow>find(
                        String.join(" and ", where),
                        DecisionState.HELD.equals(filter.outcome()) ? sort : sort.descending(),
                        parameters)
                .page(0, most)
                .stream()
                .map(DecisionRow::read)
                .toList();
    }

    /** The newest decision that let a run of this pipeline start, also if it was taken back since. */
    public static Optional<DecisionState> lastPermitted(String namespace, String pipeline) {
        return DecisionRow.<DecisionRow>find(
                        "namespace = ?1 and pipeline = ?2 and outcome in ?3 order by decidedAt desc",
                        namespace,
                        pipeline,
                        List.of(DecisionState.PERMITTED, DecisionState.REVOKED))
                .firstResultOptional()
                .map(DecisionRow::read)
                .filter(decision -> decision.basis() != null);
    }

    /** Ids of the held runs whose time is over. */
    public static List<String> due(Instant now, int most) {
        return DecisionRow.<DecisionRow>find("outcome = 'held' and dueAt <= ?1 order by dueAt, id", now)
                .page(0, most)
                .stream()
                .map(row -> row.id)
                .toList();
    }

    private DecisionState read() {
        return Json.read(state, DecisionState.class);
    }
}
