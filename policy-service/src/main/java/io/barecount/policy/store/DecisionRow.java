package io.barecount.policy.store;

import io.barecount.messaging.stage.AggregateRow;
import io.barecount.policy.decision.DecisionState;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** A decision; its id is the run's. */
@Entity
@Table(name = "decisions")
public class DecisionRow extends AggregateRow {
    public String namespace;
    public String pipeline;
    public boolean permitted;

    void fill(DecisionState decision) {
        namespace = decision.namespace();
        pipeline = decision.pipeline();
        permitted = decision.permitted();
    }
}
