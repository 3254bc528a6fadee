package io.barecount.scheduler.run;

import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.ManifestEvent;

/** What can move a run. */
public sealed interface RunInput {
    /** Governance has decided. */
    record Decided(DecisionEvent decision) implements RunInput {}

    /** Intake refused the submission: there will be no decision. */
    record Refused(ManifestEvent.Rejected rejection) implements RunInput {}

    /** The gateway reports of an attempt. */
    record Reported(ExecutionEvent report) implements RunInput {}

    /** Somebody wants the run to end. */
    record Cancel(String reason) implements RunInput {}

    /** Time has passed: a retry may be due. */
    record Due() implements RunInput {}
}
