package io.barecount.policy.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.event.Json;
import io.barecount.messaging.stage.AggregateRow;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.policy.decision.Approver;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.estimate.Names;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

    /** Runner type, as manifests write it. */
    public String runner;

    @Column(name = "cost_center")
    public String costCenter;

    /** Estimated. */
    public BigDecimal likely;

    /** Spent; null until the run has ended. */
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
        fillCosts(decided);
        approvers = approvals(decided).stream()
                .map(approval -> Approver.plain(approval.by()))
                .toArray(String[]::new);
    }

    private void fillCosts(DecisionState decided) {
        var spec = decided.basis() == null ? null : decided.basis().manifest().spec();
        runner = spec == null || spec.runner() == null
                ? null
                : Names.of(spec.runner().type());
        costCenter = spec == null || spec.owner() == null ? null : spec.owner().costCenter();
        var funding = DecisionState.funding(decided);
        if (funding == null) {
            return;
        }
        var estimate = decided instanceof DecisionState.Revoked revoked
                ? revoked.permitted().estimate()
                : ((DecisionState.Permitted) decided).estimate();
        likely = estimate.likely().amount();
        currency = estimate.likely().currency();
        if (funding.spent() != null) {
            actual = funding.spent().amount();
            endedAt = funding.endedAt();
        }
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

    /** Runs that wait for people, in these namespaces, the longest waiting first. */
    public static List<DecisionState.Held> held(List<String> namespaces, int most) {
        return DecisionRow.<DecisionRow>find("outcome = 'held' and namespace in ?1 order by decidedAt, id", namespaces)
                .page(0, most)
                .stream()
                .map(row -> (DecisionState.Held) row.read())
                .toList();
    }

    /** Runs that wait for people, in all namespaces, the longest waiting first. */
    public static List<DecisionState.Held> held(int most) {
        return DecisionRow.<DecisionRow>find("outcome = 'held' order by decidedAt, id").page(0, most).stream()
                .map(row -> (DecisionState.Held) row.read())
                .toList();
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
