package io.barecount.manifest.store;

import io.barecount.manifest.intake.SubmissionInput;
import io.barecount.manifest.intake.SubmissionState;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The stage of this service: submissions, kept in their table. */
class SubmissionStage {
    @Produces
    @Singleton
    Stage<SubmissionState, SubmissionInput> stage(Stages stages) {
        return stages.stage(
                new AggregateStore<>(
                        SubmissionState.class, SubmissionRow.class, SubmissionRow::new, SubmissionRow::fill),
                (state, input, now) -> SubmissionState.decide(state, input));
    }
}
