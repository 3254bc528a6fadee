package io.barecount.scheduler.run;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.run.RunEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One decision about an admitted run in the making: collects what changes and what is to be told. Used once. */
final class Turn {
    private final RunState.Active before;
    private final Plan plan;
    private final Instant now;
    private final List<Outstanding> outstanding;
    private final List<Waiting> waiting;
    private final List<Outgoing> events = new ArrayList<>();
    private int next;
    private int succeeded;
    private int failed;
    private Money cost;
    private Ending ending;
    private Instant runningAt;

    Turn(RunState.Active before, Instant now) {
        this.before = before;
        this.plan = before.plan();
        this.now = now;
        outstanding = new ArrayList<>(before.outstanding());
        waiting = new ArrayList<>(before.waiting());
        next = before.next();
        succeeded = before.succeeded();
        failed = before.failed();
        cost = before.cost();
        ending = before.ending();
        runningAt = before.runningAt();
    }

    static Decision<RunState> admit(DecisionEvent.Permitted permitted, Instant now) {
        var plan = Plan.of(permitted);
        var free = Money.zero(plan.estimate().tariff().currency());
        var turn = new Turn(new RunState.Active(plan, 0, List.of(), List.of(), 0, 0, free, null, now, null), now);
        turn.tell(new RunEvent.Queued(plan.run(), plan.namespace(), plan.pipeline(), now, plan.tasks()));
        return turn.advance();
    }

    Decision<RunState> report(ExecutionEvent report) {
        var place = placeOf(report.attempt());
        if (place < 0) {
            return Decision.unchanged(before);
        }
        switch (report) {
            case ExecutionEvent.Started started -> {
                if (outstanding.get(place).started()) {
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
                fail(failure.attempt(), failure.failureClass(), failure.reason());
            }
            case ExecutionEvent.Stopped stopped -> {
                settle(place, stopped.time());
                if (ending == null) {
                    failForGood(stopped.attempt(), Reasons.stopped(stopped.attempt(), stopped.reason()));
                }
            }
        }
        return advance();
    }

    Decision<RunState> cancel(String reason) {
        if (ending != null) {
            return Decision.unchanged(before);
        }
        end(new Ending.Cancelling(Reasons.plain(reason)));
        return advance();
    }

    Decision<RunState> retryWhatIsDue() {
        var due = waiting.stream().filter(task -> task.isDue(now)).toList();
        if (due.isEmpty()) {
            return Decision.unchanged(before);
        }
        waiting.removeAll(due);
        due.forEach(task -> dispatch(task.task(), task.attempt()));
        return advance();
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

    private void fail(AttemptId attempt, FailureClass failure, String reason) {
        var retryRule = plan.retryRule();
        if (!retryRule.mayRetry(failure, attempt.number())) {
            failForGood(attempt, Reasons.failed(attempt, failure, reason));
        } else if (ending == null) {
            var due = now.plus(retryRule.delayAfter(attempt.number()));
            waiting.add(new Waiting(attempt.task().index(), attempt.number() + 1, due));
        }
    }

    private void failForGood(AttemptId attempt, String reason) {
        failed++;
        var tolerated = plan.toleratedFailures();
        if (ending != null) {
            return;
        }
        if (plan.merges(attempt.task().index())) {
            end(new Ending.Failing("the merging task failed: " + reason));
        } else if (failed > tolerated) {
            end(new Ending.Failing(tolerated == 0 ? reason : Reasons.tooMany(failed, tolerated, reason)));
        }
    }

    /** Dispatches nothing more and stops what is out; what waits for a retry is given up. */
    private void end(Ending how) {
        ending = how;
        waiting.clear();
        var word = switch (how) {
            case Ending.Failing failing -> "the run failed: ";
            case Ending.Cancelling cancelling -> "the run was cancelled: ";
        };
        for (var out : outstanding) {
            var attempt = plan.run().task(out.task()).attempt(out.attempt());
            tell(attempt, new DispatchEvent.Stop(attempt, word + how.reason()));
        }
    }

    private void dispatch(int task, int attempt) {
        outstanding.add(Outstanding.dispatched(task, attempt));
        var id = plan.run().task(task).attempt(attempt);
        tell(id, plan.start(id));
    }

    /** Fills the room there is; with nothing out, nothing waiting and nothing left, this is the end. */
    private Decision<RunState> advance() {
        while (ending == null && plan.hasRoom(next, outstanding.size() + waiting.size())) {
            dispatch(next++, 1);
        }
        if (!outstanding.isEmpty() || !waiting.isEmpty()) {
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
                                plan.run(), plan.namespace(), plan.pipeline(), now, plan.tasks(), failed, cost);
                    case Ending.Failing(var reason) ->
                        new RunEvent.Failed(
                                plan.run(), plan.namespace(), plan.pipeline(), now, plan.tasks(), failed, cost, reason);
                    case Ending.Cancelling(var reason) ->
                        new RunEvent.Cancelled(
                                plan.run(), plan.namespace(), plan.pipeline(), now, plan.tasks(), cost, reason);
                });
        return new Decision<>(new RunState.Ended(after().summary().ended(outcome, now)), events);
    }

    private RunState.Active after() {
        return new RunState.Active(
                plan, next, outstanding, waiting, succeeded, failed, cost, ending, before.queuedAt(), runningAt);
    }

    private void tell(RunEvent event) {
        events.add(Outgoing.about(plan.run(), plan.namespace(), event));
    }

    private void tell(AttemptId attempt, DispatchEvent event) {
        events.add(Outgoing.about(attempt, plan.namespace(), event));
    }
}
