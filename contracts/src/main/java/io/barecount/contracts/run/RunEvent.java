package io.barecount.contracts.run;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import java.time.Instant;

/**
 * Where a run stands. Topic {@code barecount.runs}, keyed by run. Every submission that was taken ends in exactly one terminal
 * event here, whoever ended it: rejected at intake, denied by governance, or run to its end.
 */
public sealed interface RunEvent {
    RunId run();

    String namespace();

    String pipeline();

    Instant at();

    record Queued(RunId run, String namespace, String pipeline, Instant at, int tasks) implements RunEvent {}

    record Running(RunId run, String namespace, String pipeline, Instant at, int tasks) implements RunEvent {}

    /** @param failed tasks that failed and were tolerated */
    record Succeeded(RunId run, String namespace, String pipeline, Instant at, int tasks, int failed, Money cost)
            implements RunEvent {}

    record Failed(
            RunId run, String namespace, String pipeline, Instant at, int tasks, int failed, Money cost, String reason)
            implements RunEvent {}

    /** Said only after every started attempt confirmed its stop. */
    record Cancelled(RunId run, String namespace, String pipeline, Instant at, int tasks, Money cost, String reason)
            implements RunEvent {}

    record Denied(RunId run, String namespace, String pipeline, Instant at, String reason) implements RunEvent {}

    /** @param namespace and {@code pipeline}: null where the manifest could not be read that far */
    record Rejected(RunId run, String namespace, String pipeline, Instant at, String reason) implements RunEvent {}
}
