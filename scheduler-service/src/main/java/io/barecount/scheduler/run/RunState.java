package io.barecount.scheduler.run;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.run.RunEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;
import java.util.List;

/** Where a run stands; none at all before its decision or rejection arrived. */
public sealed interface RunState {
    Summary summary();

    /**
     * An admitted run.
     *
     * @param next index of the first task that was never dispatched
     * @param outstanding and {@code waiting}: together never more than the parallelism
     * @param ending null as long as the run goes on
     */
    record Active(
            Plan plan,
            int next,
            List<Outstanding> outstanding,
            List<Waiting> waiting,
            int succeeded,
            int failed,
            Money cost,
            Ending ending,
            Instant queuedAt,
            Instant runningAt)
            implements RunState {
        public Active {
            outstanding = List.copyOf(outstanding);
            waiting = List.copyOf(waiting);
        }

        @Override
        public Summary summary() {
            return new Summary(
                    plan.run(),
                    status(),
                    plan.namespace(),
                    plan.pipeline(),
                    Placement.of(plan.spec().manifest()),
                    plan.tasks(),
                    succeeded,
                    failed,
                    outstanding.size(),
                    waiting.size(),
                    plan.estimate().likely(),
                    cost,
                    ending == null ? null : ending.reason(),
                    queuedAt,
                    runningAt,
                    null,
                    waiting.stream().map(Waiting::due).min(Instant::compareTo).orElse(null));
        }

        private Status status() {
            return switch (ending) {
                case null -> runningAt == null ? Status.QUEUED : Status.RUNNING;
                case Ending.Failing failing -> Status.FAILING;
                case Ending.Cancelling cancelling -> Status.CANCELLING;
            };
        }
    }

    /** Nothing moves it any more. */
    record Ended(Summary summary) implements RunState {}

    /**
     * What an input does to a run.
     *
     * <p>The first decision or rejection counts; one that is held is none yet, and waits with its policy-service. With its permit revoked
     * a run ends as cancelled. Reports count only of attempts that are out. Cancelling does nothing to a run that is
     * not known yet, has ended or is about to end: before the decision there is nothing here to cancel, and whoever asks is told so.
     *
     * @param state null if nothing is known of the run yet; then it may stay null
     */
    static Decision<RunState> decide(RunState state, RunInput input, Instant now) {
        return switch (state) {
            case null ->
                switch (input) {
                    case RunInput.Decided(DecisionEvent.Permitted permitted) -> Turn.admit(permitted, now);
                    case RunInput.Decided(DecisionEvent.Denied denied) -> deny(denied, now);
                    case RunInput.Decided(DecisionEvent.Held held) -> Decision.unchanged(null);
                    case RunInput.Decided(DecisionEvent.Revoked revoked) -> Decision.unchanged(null);
                    case RunInput.Refused(var rejection) -> {
                        var reason = Reasons.of(rejection);
                        yield end(
                                new RunEvent.Rejected(
                                        rejection.run(), rejection.namespace(), rejection.pipeline(), now, reason),
                                Status.REJECTED,
                                null,
                                null,
                                reason);
                    }
                    case RunInput.Reported reported -> Decision.unchanged(null);
                    case RunInput.Cancel cancel -> Decision.unchanged(null);
                    case RunInput.Due due -> Decision.unchanged(null);
                };
            case Active active ->
                switch (input) {
                    case RunInput.Decided(DecisionEvent.Revoked revoked) ->
                        new Turn(active, now).cancel(Reasons.of(revoked));
                    case RunInput.Decided decided -> Decision.unchanged(active);
                    case RunInput.Refused refused -> Decision.unchanged(active);
                    case RunInput.Reported(var report) -> new Turn(active, now).report(report);
                    case RunInput.Cancel(var reason) -> new Turn(active, now).cancel(reason);
                    case RunInput.Due due -> new Turn(active, now).retryWhatIsDue();
                };
            case Ended ended -> Decision.unchanged(ended);
        };
    }

    private static Decision<RunState> deny(DecisionEvent.Denied denied, Instant now) {
        var manifest = denied.spec().manifest();
        var reason = Reasons.of(denied);
        return end(
                new RunEvent.Denied(denied.run(), manifest.namespace(), manifest.name(), now, reason),
                Status.DENIED,
                Placement.of(manifest),
                denied.estimate() == null ? null : denied.estimate().likely(),
                reason);
    }

    private static Decision<RunState> end(
            RunEvent event, Status status, Placement placement, Money estimate, String reason) {
        var summary = new Summary(
                event.run(),
                status,
                event.namespace(),
                event.pipeline(),
                placement,
                0,
                0,
                0,
                0,
                0,
                estimate,
                null,
                reason,
                event.at(),
                null,
                event.at(),
                null);
        return Decision.of(new Ended(summary), Outgoing.about(event.run(), event.namespace(), event));
    }
}
