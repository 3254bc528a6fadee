package io.barecount.manifest.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.manifest.submission.SubmissionState;
import io.barecount.messaging.stage.AggregateRow;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A submission's state; its id is the run's. */
@Entity
@Table(name = "submissions")
public class SubmissionRow extends AggregateRow {

    /** Where the submission of this run stands; empty if there is none. */
    public static Optional<SubmissionState> stateOf(RunId run) {
        return SubmissionRow.<SubmissionRow>findByIdOptional(run.toString())
                .map(row -> Json.read(row.state, SubmissionState.class));
    }

    /** Those of these runs that there are, in one query. */
    public static Map<RunId, SubmissionState> statesOf(Collection<RunId> runs) {
        if (runs.isEmpty()) {
            return Map.of();
        }
        var ids = runs.stream().map(RunId::toString).distinct().toList();
        return QuarkusTransaction.requiringNew().call(() -> {
            @SuppressWarnings("unchecked")
            List<SubmissionRow> rows = getEntityManager()
                    .createNativeQuery("select * from submissions where id = any (:ids)", SubmissionRow.class)
                    .setParameter("ids", ids.toArray(String[]::new))
                    .getResultList();
            return rows.stream()
                    .collect(Collectors.toMap(
                            row -> RunId.parse(row.id), row -> Json.read(row.state, SubmissionState.class)));
        });
    }
}
