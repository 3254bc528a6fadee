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

    /**
     * Room was found for it under all limits.
     *
     * @param attempts that it may dispatch now, at most; what it does not use is free again
     */
    record Granted(int attempts) implements RunInput {}

    /** The gateway reports of an attempt. */
    record Reported(ExecutionEvent report) implements RunInput {}

    /** Somebody wants the run to end. */
    record Cancel(String reason) implements RunInput {}

    /** Somebody wants the run to start nothing more for now; what is out goes on. */
    record Pause(String by, String reason) implements RunInput {}

    record Resume(String by) implements RunInput {}

    /**
     * Something more urgent needs the room.
     *
     * @param attempts to be stopped and their tasks queued again, at most
     */
    record Preempt(int attempts, String reason) implements RunInput {}

    /** Somebody doesn't want to wait for the time of retries: they may start as soon as there is room. */
    record Retry() implements RunInput {}

    /** Somebody wants what an ended run did not get done to be run again, by a run of its own. */
    record Redrive(String by) implements RunInput {}

    /** Time has passed: a retry may be due, or a clock may have run out. */
    record Due() implements RunInput {}
}
