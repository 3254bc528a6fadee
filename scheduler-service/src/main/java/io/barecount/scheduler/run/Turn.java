package io.barecount.scheduler.run;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.run.RunEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One decision about an admitted run in the making: collects what changes and what is to be told. Used once. */
final class Turn {
    /** Attempts in one record: enough that what they have in common weighs little. */
    private static final int STARTED_AT_ONCE = 100;

    private final RunState.Active before;
    private final Plan plan;
    private final Instant now;
    private final List<Outstanding> outstanding;
    private final List<Waiting> waiting;
    private final List<Outgoing> events = new ArrayList<>();
    private final List<AttemptId> dispatched = new ArrayList<>();
    private int next;
    private int succeeded;
    private TaskSet failedTasks;
    private TaskSet stoppedTasks;
    private Money cost;
    private Ending ending;
    private String paused;
    private Instant runningAt;

    Turn(RunState.Active before, Instant now) {
        this.before = before;
        this.plan = before.plan();
        this.now = now;
        outstanding = new ArrayList<>(before.outstanding());
        waiting = new ArrayList<>(before.waiting());
        next = before.next();
        succeeded = before.succeeded();
        failedTasks = before.failedTasks();
        stoppedTasks = before.stoppedTasks();
        cost = before.cost();
        ending = before.ending();
        paused = before.paused();
        runningAt = before.runningAt();
    }

    static Decision<RunState> admit(DecisionEvent.Permitted permitted, Instant now) {
        var plan = Plan.of(permitted);
        var free = Money.zero(plan.estimate().tariff().currency());
        var turn = new Turn(
                new RunState.Active(plan, 0, List.of(), List.of(), 0, null, null, free, null, null, now, null), now);
        turn.tell(new RunEvent.Queued(plan.run(), plan.namespace(), plan.pipeline(), now, plan.tasks()));
        return turn.settled();
    }

    Decision<RunState> report(ExecutionEvent report) {
        var place = placeOf(report.attempt());
        if (place < 0) {
            return Decision.unchanged(before);
        }
        var out = outstanding.get(place);
        switch (report) {
            case ExecutionEvent.Started started -> {
                if (out.started()) {
                    return Decision.unchanged(before);
                }
                start(place);
            }
            case ExecutionEvent.Succeeded done -> {
                settle(place, done.time());
                succeeded++;
            }
            case ExecutionEvent.Failed failure -> {
                settle(place, failure.time());
                fail(out, failure.attempt(), failure.failureClass(), failure.reason());
            }
            case ExecutionEvent.Stopped stopped -> {
                settle(place, stopped.time());
                stopped(out, stopped);
            }
        }
        return settled();
    }

    private void stopped(Outstanding out, ExecutionEvent.Stopped stopped) {
        switch (out.stopping()) {
            case null -> {
                if (ending == null) {
                    failForGood(stopped.attempt(), Reasons.stopped(stopped.attempt(), stopped.reason()));
                } else {
                    stoppedTasks = stoppedTasks.with(out.task());
                }
            }
            case NOT_STARTED_IN_TIME -> {
                if (out.faults() < RetryRule.FAULTS_MAX) {
                    again(out, out.faults() + 1, now.plus(plan.retryRule().delayAfter(stopped.attempt())));
                } else {
                    failForGood(stopped.attempt(), Reasons.stopped(stopped.attempt(), stopped.reason()));
                }
            }
            case PREEMPTED -> again(out, out.faults() + 1, null);
        }
    }

    private void again(Outstanding out, int faults, Instant due) {
        if (ending == null) {
            waiting.add(new Waiting(out.task(), out.attempt() + 1, due, faults));
        } else {
            stoppedTasks = stoppedTasks.with(out.task());
        }
    }

    Decision<RunState> cancel(String reason) {
        if (ending != null) {
            return Decision.unchanged(before);
        }
        end(new Ending.Cancelling(Reasons.plain(reason)));
        return settled();
    }

    Decision<RunState> pause(String by, String reason) {
        if (ending != null || paused != null) {
            return Decision.unchanged(before);
        }
        paused = Reasons.plain(reason);
        tell(new ControlEvent.RunPaused(plan.run(), plan.namespace(), by, paused, now));
        return settled();
    }

    Decision<RunState> resume(String by) {
        if (paused == null) {
            return Decision.unchanged(before);
        }
        paused = null;
        tell(new ControlEvent.RunResumed(plan.run(), plan.namespace(), by, now));
        return settled();
    }

    /** The attempts that were dispatched last, as they have done the least. */
    Decision<RunState> preempt(int attempts, String reason) {
        var left = Math.min(attempts, before.demand().preemptible());
        if (left <= 0) {
            return Decision.unchanged(before);
        }
        for (var i = outstanding.size() - 1; i >= 0 && left > 0; i--) {
            if (outstanding.get(i).stopping() == null) {
                ask(i, Outstanding.Stopping.PREEMPTED, "preempted: " + Reasons.plain(reason));
                left--;
            }
        }
        return settled();
    }

    Decision<RunState> retry() {
        if (waiting.stream().allMatch(task -> task.due() == null)) {
            return Decision.unchanged(before);
        }
        waiting.replaceAll(Waiting::asReady);
        return settled();
    }

    /** The spec, if there is anything of it that was not done. */
    private RunSpec left() {
        return succeeded == plan.tasks() ? null : plan.spec();
    }

    /** Retries that are due get ready; what did not start in time is stopped; a run that waited too long ends. */
    Decision<RunState> due() {
        var queueUntil = before.queueUntil();
        var changed = false;
        for (var i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).due() != null && waiting.get(i).isDue(now)) {
                waiting.set(i, waiting.get(i).asReady());
                changed = true;
            }
        }
        for (var i = 0; i < outstanding.size(); i++) {
            var startBy = outstanding.get(i).startBy();
            if (startBy != null && !startBy.isAfter(now)) {
                ask(i, Outstanding.Stopping.NOT_STARTED_IN_TIME, "it did not start within " + plan.startTimeout());
                changed = true;
            }
        }
        if (queueUntil != null && !queueUntil.isAfter(now)) {
            end(new Ending.Failing(
                    "nothing to run on was free for it within its queue timeout of " + plan.queueTimeout()));
            changed = true;
        }
        return changed ? settled() : Decision.unchanged(before);
    }

    /** Retries that are ready first, then tasks that were never dispatched. */
    Decision<RunState> dispatch(int attempts) {
        var left = Math.min(attempts, before.demand().wanted());
        if (left <= 0) {
            return Decision.unchanged(before);
        }
        for (var ready = waiting.iterator(); ready.hasNext() && left > 0; ) {
            var task = ready.next();
            if (task.due() == null) {
                ready.remove();
                dispatch(task.task(), task.attempt(), task.faults());
                left--;
            }
        }
        for (; left > 0 && plan.room(next, outstanding.size() + waiting.size()) > 0; left--) {
            dispatch(next++, 1, 0);
        }
        tellDispatched();
        return settled();
    }

    private void ask(int place, Outstanding.Stopping why, String reason) {
        var out = outstanding.get(place);
        outstanding.set(place, out.asked(why));
        var attempt = plan.run().task(out.task()).attempt(out.attempt());
        tell(attempt, new DispatchEvent.Stop(attempt, reason));
    }

    private int placeOf(AttemptId attempt) {
        if (attempt.run().equals(plan.run())) {
            for (var i = 0; i < outstanding.size(); i++) {
                var out = outstanding.get(i);
                if (out.task() == attempt.task().index() && out.attempt() == attempt.number()) {
                    return i;
                }
            }
        }
        return -1;
    }

    private void start(int place) {
        outstanding.set(place, outstanding.get(place).asStarted());
        if (runningAt == null) {
            runningAt = now;
            tell(new RunEvent.Running(plan.run(), plan.namespace(), plan.pipeline(), now, plan.tasks()));
        }
    }

    /** An attempt that never started reports no time and costs nothing, not even a tariff's minimum. */
    private void settle(int place, Duration time) {
        outstanding.remove(place);
        if (time != null && time.isPositive()) {
            cost = cost.plus(plan.estimate().tariff().cost(time));
        }
    }

    private void fail(Outstanding out, AttemptId attempt, FailureClass failure, String reason) {
        var retryRule = plan.retryRule();
        if (out.stopping() == Outstanding.Stopping.PREEMPTED && failure == FailureClass.INTERRUPTED) {
            again(out, out.faults() + 1, null);
        } else if (!retryRule.mayRetry(failure, attempt.number(), out.faults())) {
            failForGood(attempt, Reasons.failed(attempt, failure, reason));
        } else {
            again(
                    out,
                    RetryRule.isFault(failure) ? out.faults() + 1 : out.faults(),
                    now.plus(retryRule.delayAfter(attempt)));
        }
    }

    private void failForGood(AttemptId attempt, String reason) {
        failedTasks = failedTasks.with(attempt.task().index());
        var tolerated = plan.toleratedFailures();
        if (ending != null) {
            return;
        }
        if (plan.merges(attempt.task().index())) {
            end(new Ending.Failing("the merging task failed: " + reason));
        } else if (failedTasks.size() > tolerated) {
            end(new Ending.Failing(tolerated == 0 ? reason : Reasons.tooMany(failedTasks.size(), tolerated, reason)));
        }
    }

    /** Dispatches nothing more and stops what is out; what waits for a retry is given up. */
    private void end(Ending how) {
        ending = how;
        waiting.forEach(task -> stoppedTasks = stoppedTasks.with(task.task()));
        waiting.clear();
        var word = switch (how) {
            case Ending.Failing failing -> "the run failed: ";
            case Ending.Cancelling cancelling -> "the run was cancelled: ";
        };
        for (var i = 0; i < outstanding.size(); i++) {
            var out = outstanding.get(i);
            if (out.stopping() == null) {
                var attempt = plan.run().task(out.task()).attempt(out.attempt());
                tell(attempt, new DispatchEvent.Stop(attempt, word + how.reason()));
            }
            outstanding.set(i, out.asked(null));
        }
    }

    private void dispatch(int task, int attempt, int faults) {
        outstanding.add(Outstanding.dispatched(task, attempt, faults, now.plus(plan.startTimeout())));
        dispatched.add(plan.run().task(task).attempt(attempt));
    }

    /** What all attempts of a run have in common is told once for many of them. */
    private void tellDispatched() {
        for (var from = 0; from < dispatched.size(); from += STARTED_AT_ONCE) {
            var some = dispatched.subList(from, Math.min(dispatched.size(), from + STARTED_AT_ONCE));
            var first = some.getFirst();
            tell(first, some.size() == 1 ? plan.start(first) : plan.startAll(some));
        }
    }

    /** With nothing out, nothing waiting and nothing left, this is the end. */
    private Decision<RunState> settled() {
        var over = outstanding.isEmpty() && waiting.isEmpty() && (ending != null || next == plan.tasks());
        if (!over) {
            return new Decision<>(after(), events);
        }
        var outcome = switch (ending) {
            case null -> Status.SUCCEEDED;
            case Ending.Failing failing -> Status.FAILED;
            case Ending.Cancelling cancelling -> Status.CANCELLED;
        };
        tell(
                switch (ending) {
                    case null ->
                        new RunEvent.Succeeded(
                                plan.run(),
                                plan.namespace(),
                                plan.pipeline(),
                                now,
                                plan.tasks(),
                                failedTasks.size(),
                                cost);
                    case Ending.Failing(var reason) ->
                        new RunEvent.Failed(
                                plan.run(),
                                plan.namespace(),
                                plan.pipeline(),
                                now,
                                plan.tasks(),
                                failedTasks.size(),
                                cost,
                                reason);
                    case Ending.Cancelling(var reason) ->
                        new RunEvent.Cancelled(
                                plan.run(), plan.namespace(), plan.pipeline(), now, plan.tasks(), cost, reason);
                });
        return new Decision<>(
                new RunState.Ended(after().summary().ended(outcome, now), failedTasks, stoppedTasks, next, left()),
                events);
    }

    private RunState.Active after() {
        return new RunState.Active(
                plan,
                next,
                outstanding,
                waiting,
                succeeded,
                failedTasks,
                stoppedTasks,
                cost,
                ending,
                paused,
                before.queuedAt(),
                runningAt);
    }

    private void tell(ControlEvent event) {
        events.add(Outgoing.about(plan.run(), plan.namespace(), event));
    }

    private void tell(RunEvent event) {
        events.add(Outgoing.about(plan.run(), plan.namespace(), event));
    }

    private void tell(AttemptId attempt, DispatchEvent event) {
        events.add(Outgoing.about(attempt, plan.namespace(), event));
    }
}
