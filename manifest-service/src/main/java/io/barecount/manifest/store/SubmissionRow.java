package io.barecount.manifest.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.manifest.submission.SubmissionState;
import io.barecount.messaging.stage.AggregateRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.util.Optional;

/** A submission's state; its id is the run's. */
@Entity
@Table(name = "submissions")
public class SubmissionRow extends AggregateRow {

    /** Where the submission of this run stands; empty if there is none. */
    public static Optional<SubmissionState> stateOf(RunId run) {
        return SubmissionRow.<SubmissionRow>findByIdOptional(run.toString())
                .map(row -> Json.read(row.state, SubmissionState.class));
    }
}
