package io.barecount.gateway.store;

import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.attempt.Attempts;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The stage of this service: attempts, kept in their table. */
class AttemptStage {
    @Produces
    @Singleton
    Stage<AttemptState, AttemptInput> stage(Stages stages, Attempts attempts) {
        return stages.stage(
                new AggregateStore<>(AttemptState.class, AttemptRow.class, AttemptRow::new, AttemptRow::fill),
                attempts::decide);
    }
}
