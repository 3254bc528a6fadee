package io.barecount.scheduler;

import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.store.Rounds;
import io.barecount.scheduler.store.RunRow;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the one stage that all inputs go through. */
class SchedulerWiring {
    @Produces
    @Singleton
    Stage<RunState, RunInput> stage(Stages stages, Rounds rounds) {
        return stages.stage("scheduler-service", RunRow.aggregates(), RunState::decide, rounds);
    }
}
