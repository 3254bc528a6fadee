package io.barecount.policy.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.messaging.stage.AggregateRow;
import io.barecount.policy.decision.DecisionState;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.util.Optional;

/** What was decided on a run; its id is the run's. */
@Entity
@Table(name = "decisions")
public class DecisionRow extends AggregateRow {

    /** Empty while nothing is decided on this run. */
    public static Optional<DecisionState> stateOf(RunId run) {
        return DecisionRow.<DecisionRow>findByIdOptional(run.toString())
                .map(row -> Json.read(row.state, DecisionState.class));
    }
}
