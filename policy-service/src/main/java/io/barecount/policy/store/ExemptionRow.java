package io.barecount.policy.store;

import io.barecount.contracts.event.Json;
import io.barecount.messaging.stage.AggregateRow;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.policy.decision.Approver;
import io.barecount.policy.exemption.ExemptionState;
import io.quarkus.panache.common.Parameters;
import io.quarkus.panache.common.Sort;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An exemption, by its id. */
@Entity
@Table(name = "exemptions")
public class ExemptionRow extends AggregateRow {
    public String namespace;

    public String rule;

    /** As {@link ExemptionState.Standing#text} writes it. */
    public String standing;

    @Column(name = "proposed_at")
    public Instant proposedAt;

    /** As {@link Approver#plain} writes it. */
    @Column(name = "proposed_by")
    public String proposedBy;

    /** As {@link Approver#plain} writes it; null until it is granted. The table refuses the proposer here. */
    @Column(name = "granted_by")
    public String grantedBy;

    @Column(name = "holds_until")
    public Instant holdsUntil;

    /** For the stage of exemptions. */
    public static AggregateStore<ExemptionState, ExemptionRow> aggregates() {
        return new AggregateStore<>(ExemptionState.class, ExemptionRow.class, ExemptionRow::new, ExemptionRow::fill);
    }

    private void fill(ExemptionState exempted) {
        var exemption = exempted.exemption();
        namespace = exemption.namespace();
        rule = exemption.rule();
        standing = exempted.standing().text();
        proposedAt = exempted.proposedAt();
        proposedBy = Approver.plain(exemption.proposedBy());
        grantedBy = exemption.grantedBy() == null ? null : Approver.plain(exemption.grantedBy());
        holdsUntil = exemption.until();
    }

    public static Optional<ExemptionState> stateOf(String exemption) {
        return ExemptionRow.<ExemptionRow>findByIdOptional(exemption).map(ExemptionRow::read);
    }

    /**
     * The newest first.
     *
     * @param standing null for all
     * @param namespaces empty for all
     */
    public static List<ExemptionState> list(String standing, Optional<Set<String>> namespaces, int most) {
        var where = new ArrayList<String>();
        var parameters = new Parameters();
        if (standing != null) {
            where.add("standing = :standing");
            parameters.and("standing", standing);
        }
        namespaces.ifPresent(among -> {
            where.add("namespace in :namespaces");
            parameters.and("namespaces", among);
        });
        return ExemptionRow.<ExemptionRow>find(
                        String.join(" and ", where), Sort.by("proposedAt", "id").descending(), parameters)
                .page(0, most)
                .stream()
                .map(ExemptionRow::read)
                .toList();
    }

    /**
     * Those that were neither refused nor have ended, the oldest first, each with how many there were before it for the same rule, namespace
     * and pipeline.
     */
    @SuppressWarnings("unchecked")
    public static List<Aged> open(int most) {
        List<Object[]> rows = getEntityManager()
                .createNativeQuery(
                        "select cast(open.state as text), (select count(*) from exemptions as earlier"
                                + " where earlier.namespace = open.namespace and earlier.rule = open.rule"
                                + " and earlier.granted_by is not null and earlier.proposed_at < open.proposed_at"
                                + " and earlier.state #>> '{exemption,pipeline}'"
                                + " is not distinct from open.state #>> '{exemption,pipeline}')"
                                + " from exemptions as open where open.standing in ('proposed', 'granted')"
                                + " order by open.proposed_at, open.id limit " + most,
                        Object[].class)
                .getResultList();
        return rows.stream()
                .map(row -> new Aged(Json.read((String) row[0], ExemptionState.class), ((Number) row[1]).intValue()))
                .toList();
    }

    /** @param earlier exemptions that were granted before this one was proposed, for the same */
    public record Aged(ExemptionState state, int earlier) {}

    /** Ids of those whose time is over, and that have not ended yet. */
    public static List<String> due(Instant now, int most) {
        return ExemptionRow.<ExemptionRow>find(
                        "standing in ('proposed', 'granted') and holdsUntil <= ?1 order by holdsUntil, id", now)
                .page(0, most)
                .stream()
                .map(row -> row.id)
                .toList();
    }

    ExemptionState read() {
        return Json.read(state, ExemptionState.class);
    }
}
