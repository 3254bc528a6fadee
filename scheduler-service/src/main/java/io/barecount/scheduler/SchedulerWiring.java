package io.barecount.scheduler;

import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import io.barecount.scheduler.control.ControlInput;
import io.barecount.scheduler.control.ControlState;
import io.barecount.scheduler.pool.PoolInput;
import io.barecount.scheduler.pool.PoolState;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.schedule.ScheduleInput;
import io.barecount.scheduler.schedule.ScheduleState;
import io.barecount.scheduler.store.ControlRow;
import io.barecount.scheduler.store.PoolRow;
import io.barecount.scheduler.store.Rounds;
import io.barecount.scheduler.store.RunRow;
import io.barecount.scheduler.store.ScheduleRow;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the stages that all inputs go through: one for runs, one for what is set of scopes, one for pools, one for what starts by itself. */
class SchedulerWiring {
    @Produces
    @Singleton
    Stage<RunState, RunInput> runs(Stages stages, Rounds rounds) {
        return stages.stage("scheduler-service", RunRow.aggregates(), RunState::decide, rounds);
    }

    @Produces
    @Singleton
    Stage<ControlState, ControlInput> controls(Stages stages) {
        return stages.stage("controls", ControlRow.aggregates(), ControlState::decide, null);
    }

    @Produces
    @Singleton
    Stage<PoolState, PoolInput> pools(Stages stages) {
        return stages.stage("pools", PoolRow.aggregates(), PoolState::decide, null);
    }

    @Produces
    @Singleton
    Stage<ScheduleState, ScheduleInput> schedules(Stages stages) {
        return stages.stage("schedules", ScheduleRow.aggregates(), ScheduleState::decide, null);
    }
}
