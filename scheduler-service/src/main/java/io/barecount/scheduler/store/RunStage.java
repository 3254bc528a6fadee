package io.barecount.scheduler.store;

import io.barecount.messaging.stage.AggregateStore;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The stage of this service: runs, kept in their table. */
class RunStage {
    @Produces
    @Singleton
    Stage<RunState, RunInput> stage(Stages stages) {
        return stages.stage(
                new AggregateStore<>(RunState.class, RunRow.class, RunRow::new, RunRow::fill), RunState::decide);
    }
}
