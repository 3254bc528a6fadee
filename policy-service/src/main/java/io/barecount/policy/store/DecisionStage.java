package io.barecount.policy.store;

import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The stage of this service: decisions, kept in their table. */
class DecisionStage {
    @Produces
    @Singleton
    Stage<DecisionState, ManifestEvent.Accepted> stage(
            Stages stages, Governance governance, DecisionState.Signer signer) {
        return stages.stage(
                new AggregateStore<>(DecisionState.class, DecisionRow.class, DecisionRow::new, DecisionRow::fill),
                (state, accepted, now) -> DecisionState.decide(state, accepted, governance, signer, now));
    }
}
