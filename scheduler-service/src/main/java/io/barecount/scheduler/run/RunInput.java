package io.barecount.scheduler.run;

import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.ManifestEvent;

/** What moves a run. */
public sealed interface RunInput {
    record Permitted(DecisionEvent.Permitted decision) implements RunInput {}

    record Denied(DecisionEvent.Denied decision) implements RunInput {}

    record Rejected(ManifestEvent.Rejected rejection) implements RunInput {}

    record Reported(ExecutionEvent report) implements RunInput {}

    /** A person's wish; a run that has ended stays as it is. */
    record Cancel(String reason) implements RunInput {}

    /** A retry's time has come. */
    record Due() implements RunInput {}
}
