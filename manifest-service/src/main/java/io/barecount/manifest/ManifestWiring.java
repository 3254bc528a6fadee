package io.barecount.manifest;

import io.barecount.manifest.signing.Signing;
import io.barecount.manifest.store.SubmissionRow;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.SubmissionInput;
import io.barecount.manifest.submission.SubmissionState;
import io.barecount.manifest.subscription.AllowedTopics;
import io.barecount.manifest.validation.ManifestValidation;
import io.barecount.messaging.signers.SignersDirectory;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** Makes the parts of the core, one of each. */
class ManifestWiring {
    @Produces
    @Singleton
    Signing signing(ManifestConfig config) {
        return new Signing(new SignersDirectory(config.signersDir(), config.signersCache(), System::nanoTime)::of);
    }

    @Produces
    @Singleton
    Intake intake(ManifestValidation validation, Signing signing) {
        return new Intake(validation, signing);
    }

    @Produces
    @Singleton
    AllowedTopics topics(ManifestConfig config) {
        return new AllowedTopics(config.topics().orElse(List.of()));
    }

    @Produces
    @Singleton
    ManifestValidation validation(AllowedTopics topics) {
        return new ManifestValidation(topics);
    }

    @Produces
    @Singleton
    Stage<SubmissionState, SubmissionInput> stage(Stages stages) {
        var store = new AggregateStore<SubmissionState, SubmissionRow>(
                SubmissionState.class, SubmissionRow.class, SubmissionRow::new, (row, state) -> {});
        return stages.stage(store, SubmissionState::decide);
    }
}
