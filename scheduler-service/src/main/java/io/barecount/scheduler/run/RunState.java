package io.barecount.scheduler.run;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.run.RunEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where one run stands.
 *
 * <pre>
 *   (nothing) ──permitted──▶ Active ──all tasks ended──▶ Ended(succeeded | failed)
 *       │                      └──cancel, and every started attempt confirmed its stop──▶ Ended(cancelled)
 *       └──denied | rejected──▶ Ended(denied | rejected)
 * </pre>
 *
 * Its size is bounded by the run's parallelism, not by its tasks: of tasks that have ended only counts are kept.
 */
public sealed interface RunState {
    RunId run();

    String namespace();

    String pipeline();

    /** What was permitted: all that a start needs. */
    record Plan(RunSpec spec, Boundary boundary, Estimate estimate, Envelope permit) {
        /** Tasks without the merging one. */
        int slices() {
            var batch = spec.manifest().spec().batch();
            return batch == null ? 1 : batch.slices().size();
        }

        boolean merges() {
            var batch = spec.manifest().spec().batch();
            return batch != null && batch.merge() != null;
        }

        int tasks() {
            return spec.manifest().taskCount();
        }

        int parallelism() {
            var batch = spec.manifest().spec().batch();
            return batch == null ? 1 : batch.parallelism();
        }

        int toleratedFailures() {
            var batch = spec.manifest().spec().batch();
            return batch == null ? 0 : batch.toleratedFailures();
        }
    }

    /**
     * A task that has begun and not ended.
     *
     * @param attempt number of the attempt that is out, or of the next one
     * @param due when the next attempt may go out; null while one is out
     */
    record OpenTask(int attempt, Instant due) {
        boolean isOut() {
            return due == null;
        }
    }

    /**
     * @param next index of the first task that has not begun; slices come in order
     * @param open by task index, at most the parallelism
     * @param cost of all attempts that reported so far
     * @param started whether any attempt has
     * @param stopping why no further task begins; null while they do
     * @param cancelled whether a person stopped it
     */
    record Active(
            RunId run,
            Plan plan,
            int next,
            Map<Integer, OpenTask> open,
            int succeeded,
            int failed,
            Money cost,
            boolean started,
            String stopping,
            boolean cancelled)
            implements RunState {
        public Active {
            open = Map.copyOf(open);
        }

        @Override
        public String namespace() {
            return plan.spec().manifest().namespace();
        }

        @Override
        public String pipeline() {
            return plan.spec().manifest().name();
        }

        /** When the next retry is due; null if none waits. */
        public Instant nextDue() {
            return open.values().stream()
                    .filter(task -> !task.isOut())
                    .map(OpenTask::due)
                    .min(Instant::compareTo)
                    .orElse(null);
        }
    }

    enum Outcome {
        SUCCEEDED,
        FAILED,
        CANCELLED,
        DENIED,
        REJECTED
    }

    /** @param reason null if it succeeded */
    record Ended(
            RunId run,
            String namespace,
            String pipeline,
            Outcome outcome,
            int tasks,
            int succeeded,
            int failed,
            Money cost,
            String reason,
            Instant at)
            implements RunState {}

    /** A run ends once: every input after that, and every repeat, changes nothing. */
    static Decision<RunState> decide(RunState state, RunInput input, Instant now) {
        return switch (input) {
            case RunInput.Permitted permitted -> state == null ? admit(permitted, now) : Decision.unchanged(state);
            case RunInput.Denied denied -> state == null ? deny(denied, now) : Decision.unchanged(state);
            case RunInput.Rejected rejected -> state == null ? reject(rejected, now) : Decision.unchanged(state);
            case RunInput.Reported reported ->
                state instanceof Active active
                        ? new Advance(active, now).report(reported.report())
                        : Decision.unchanged(state);
            case RunInput.Cancel cancel ->
                state instanceof Active active
                        ? new Advance(active, now).cancel(cancel.reason())
                        : Decision.unchanged(state);
            case RunInput.Due due ->
                state instanceof Active active ? new Advance(active, now).due() : Decision.unchanged(state);
        };
    }

    private static Decision<RunState> admit(RunInput.Permitted input, Instant now) {
        var decision = input.decision();
        var plan = new Plan(decision.spec(), decision.boundary(), decision.estimate(), decision.permit());
        var currency = plan.estimate().tariff().currency();
        var active = new Active(decision.run(), plan, 0, Map.of(), 0, 0, Money.zero(currency), false, null, false);
        return new Advance(active, now).admit();
    }

    private static Decision<RunState> deny(RunInput.Denied input, Instant now) {
        var manifest = input.decision().spec().manifest();
        var reason = explain(input.decision());
        var run = input.decision().run();
        return end(
                new Ended(run, manifest.namespace(), manifest.name(), Outcome.DENIED, 0, 0, 0, null, reason, now),
                new RunEvent.Denied(run, manifest.namespace(), manifest.name(), now, reason));
    }

    /** For people: what was found, what is allowed, and what would pass. */
    private static String explain(DecisionEvent.Denied denied) {
        var findings = denied.findings().stream()
                .filter(finding -> finding.level() == Finding.Level.DENY)
                .map(finding -> "%s (%s): %s Found: %s. Allowed: %s."
                        .formatted(finding.rule(), finding.path(), finding.message(), finding.found(), finding.allowed()))
                .collect(Collectors.joining(" "));
        var suggestion = denied.suggestion();
        return suggestion == null
                ? findings
                : findings + " Would pass: %s = %s, at about %s a run."
                        .formatted(suggestion.path(), suggestion.change(), suggestion.estimate().likely());
    }

    private static Decision<RunState> reject(RunInput.Rejected input, Instant now) {
        var rejection = input.rejection();
        var reason = rejection.violations().stream()
                .map(violation -> violation.pointer() + ": " + violation.message())
                .collect(Collectors.joining("; "));
        return end(
                new Ended(
                        rejection.run(),
                        rejection.namespace(),
                        rejection.pipeline(),
                        Outcome.REJECTED,
                        0,
                        0,
                        0,
                        null,
                        reason,
                        now),
                new RunEvent.Rejected(rejection.run(), rejection.namespace(), rejection.pipeline(), now, reason));
    }

    private static Decision<RunState> end(Ended ended, RunEvent event) {
        return new Decision<>(ended, List.of(Outgoing.about(ended.run(), ended.namespace(), event)));
    }
}
