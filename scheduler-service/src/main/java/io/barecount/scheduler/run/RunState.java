package io.barecount.scheduler.run;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.run.RunEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Where a run stands; none at all before its decision or rejection arrived. */
public sealed interface RunState {
    Summary summary();

    /** What it takes of limits, and what it would take. */
    Demand demand();

    /** When it has to hear that time has passed; null if it doesn't. */
    Instant dueAt();

    /**
     * An admitted run. It holds no list of its tasks: one whose index is below {@code next} and that is neither outstanding, nor waiting,
     * nor among {@code failedTasks} or {@code stoppedTasks} has succeeded.
     *
     * @param next index of the first task that was never dispatched
     * @param outstanding and {@code waiting}: together never more than the parallelism
     * @param failedTasks those that get no further attempt after a failure
     * @param stoppedTasks those that were begun and came to no outcome, as the run was being ended
     * @param ending null as long as the run goes on
     * @param paused why it dispatches nothing for now; null while it does
     */
    record Active(
            Plan plan,
            int next,
            List<Outstanding> outstanding,
            List<Waiting> waiting,
            int succeeded,
            TaskSet failedTasks,
            TaskSet stoppedTasks,
            Money cost,
            Ending ending,
            String paused,
            Instant queuedAt,
            Instant runningAt)
            implements RunState {
        public Active {
            outstanding = List.copyOf(outstanding);
            waiting = List.copyOf(waiting);
            failedTasks = failedTasks == null ? TaskSet.NONE : failedTasks;
            stoppedTasks = stoppedTasks == null ? TaskSet.NONE : stoppedTasks;
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
                    failedTasks.size(),
                    outstanding.size(),
                    waiting.size(),
                    plan.estimate().likely(),
                    cost,
                    ending == null ? null : ending.reason(),
                    queuedAt,
                    runningAt,
                    null,
                    waiting.stream()
                            .map(Waiting::due)
                            .filter(Objects::nonNull)
                            .min(Instant::compareTo)
                            .orElse(null),
                    paused,
                    plan.priority());
        }

        @Override
        public Demand demand() {
            var free = ending == null && paused == null;
            var ready =
                    (int) waiting.stream().filter(task -> task.due() == null).count();
            var wanted = free ? ready + plan.room(next, outstanding.size() + waiting.size()) : 0;
            var preemptible = free && plan.mayBePreempted()
                    ? (int) outstanding.stream()
                            .filter(out -> out.stopping() == null)
                            .count()
                    : 0;
            return new Demand(
                    outstanding.size(),
                    wanted,
                    Demand.rank(plan.priority(), queuedAt),
                    plan.taskCost(),
                    plan.priority().ordinal(),
                    preemptible,
                    (int) outstanding.stream()
                            .filter(out -> out.stopping() == Outstanding.Stopping.PREEMPTED)
                            .count());
        }

        /** When the run fails unless something of it was dispatched; null once something was. */
        Instant queueUntil() {
            return next == 0 && ending == null && paused == null ? queuedAt.plus(plan.queueTimeout()) : null;
        }

        @Override
        public Instant dueAt() {
            var clocks = Stream.concat(
                    outstanding.stream().map(Outstanding::startBy),
                    Stream.concat(waiting.stream().map(Waiting::due), Stream.ofNullable(queueUntil())));
            return clocks.filter(Objects::nonNull).min(Instant::compareTo).orElse(null);
        }

        private Status status() {
            return switch (ending) {
                case null -> runningAt == null ? Status.QUEUED : Status.RUNNING;
                case Ending.Failing failing -> Status.FAILING;
                case Ending.Cancelling cancelling -> Status.CANCELLING;
            };
        }
    }

    /**
     * Nothing moves it any more.
     *
     * @param next index of the first task that was never dispatched
     * @param spec what was to be run; null if all of it was, or none of it may
     */
    record Ended(Summary summary, TaskSet failedTasks, TaskSet stoppedTasks, int next, RunSpec spec)
            implements RunState {
        public Ended {
            failedTasks = failedTasks == null ? TaskSet.NONE : failedTasks;
            stoppedTasks = stoppedTasks == null ? TaskSet.NONE : stoppedTasks;
            // A run that ended before its tasks were kept this way.
            next = next == 0 && summary.succeeded() + summary.failed() > 0 ? summary.tasks() : next;
        }

        @Override
        public Demand demand() {
            return Demand.NONE;
        }

        @Override
        public Instant dueAt() {
            return null;
        }
    }

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
                    case RunInput.Granted granted -> Decision.unchanged(null);
                    case RunInput.Reported reported -> Decision.unchanged(null);
                    case RunInput.Cancel cancel -> Decision.unchanged(null);
                    case RunInput.Pause pause -> Decision.unchanged(null);
                    case RunInput.Resume resume -> Decision.unchanged(null);
                    case RunInput.Preempt preempt -> Decision.unchanged(null);
                    case RunInput.Retry retry -> Decision.unchanged(null);
                    case RunInput.Redrive redrive -> Decision.unchanged(null);
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
                    case RunInput.Granted(var attempts) -> new Turn(active, now).dispatch(attempts);
                    case RunInput.Pause(var by, var reason) -> new Turn(active, now).pause(by, reason);
                    case RunInput.Resume(var by) -> new Turn(active, now).resume(by);
                    case RunInput.Preempt(var attempts, var reason) -> new Turn(active, now).preempt(attempts, reason);
                    case RunInput.Retry retry -> new Turn(active, now).retry();
                    case RunInput.Redrive redrive -> Decision.unchanged(active);
                    case RunInput.Due due -> new Turn(active, now).due();
                };
            case Ended ended ->
                input instanceof RunInput.Redrive(var by)
                        ? Redrive.of(ended)
                                .map(redrive -> Decision.<RunState>of(ended, redrive.submission(by, now)))
                                .orElseGet(() -> Decision.unchanged(ended))
                        : Decision.unchanged(ended);
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
                null,
                null,
                null);
        return Decision.of(
                new Ended(summary, null, null, 0, null), Outgoing.about(event.run(), event.namespace(), event));
    }
}
