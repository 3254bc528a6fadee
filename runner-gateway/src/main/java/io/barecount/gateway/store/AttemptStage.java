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
    Stage<AttemptState, AttemptInput> stage(Stages stages, Attempts attempts, Revocations revocations) {
        return stages.stage(
                new AggregateStore<>(AttemptState.class, AttemptRow.class, AttemptRow::new, AttemptRow::fill),
                (state, input, now) -> attempts.decide(state, told(input, revocations), now));
    }

    private static AttemptInput told(AttemptInput input, Revocations revocations) {
        return input instanceof AttemptInput.Start start
                ? revocations
                        .of(start.start().attempt().run())
                        .<AttemptInput>map(start::withRevocation)
                        .orElse(start)
                : input;
    }
}
