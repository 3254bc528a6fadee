package io.barecount.scheduler.run;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest.OnDoubt;
import io.barecount.contracts.run.RunEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.scheduler.run.RunState.Active;
import io.barecount.scheduler.run.RunState.Ended;
import io.barecount.scheduler.run.RunState.OpenTask;
import io.barecount.scheduler.run.RunState.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One step of an active run: applies what happened, then begins what may begin, then ends what has ended. */
final class Advance {
    private static final int BACKOFF_DOUBLINGS_MAX = 10;

    private final Active before;
    private final Instant now;
    private final Map<Integer, OpenTask> open;
    private final List<Outgoing> events = new ArrayList<>();
    private int next;
    private int succeeded;
    private int failed;
    private Money cost;
    private boolean started;
    private String stopping;
    private boolean cancelled;

    Advance(Active before, Instant now) {
        this.before = before;
        this.now = now;
        this.open = new TreeMap<>(before.open());
        this.next = before.next();
        this.succeeded = before.succeeded();
        this.failed = before.failed();
        this.cost = before.cost();
        this.started = before.started();
        this.stopping = before.stopping();
        this.cancelled = before.cancelled();
    }

    Decision<RunState> admit() {
        tell(new RunEvent.Queued(
                before.run(),
                before.namespace(),
                before.pipeline(),
                now,
                before.plan().tasks()));
        return settle();
    }

    Decision<RunState> cancel(String reason) {
        if (stopping == null || !cancelled) {
            cancelled = true;
            stop(reason);
        }
        return settle();
    }

    Decision<RunState> due() {
        open.entrySet().stream()
                .filter(entry ->
                        !entry.getValue().isOut() && !entry.getValue().due().isAfter(now))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(index -> dispatch(index, open.get(index).attempt()));
        return settle();
    }

    /** Only the attempt that is out can move its task: a repeated or late report changes nothing. */
    Decision<RunState> report(ExecutionEvent event) {
        var index = event.attempt().task().index();
        var task = open.get(index);
        if (task == null || !task.isOut() || task.attempt() != event.attempt().number()) {
            return Decision.unchanged(before);
        }
        switch (event) {
            case ExecutionEvent.Started start -> {
                if (!started) {
                    started = true;
                    tell(new RunEvent.Running(
                            before.run(),
                            before.namespace(),
                            before.pipeline(),
                            now,
                            before.plan().tasks()));
                }
            }
            case ExecutionEvent.Succeeded success -> {
                cost = cost.plus(before.plan().estimate().tariff().cost(success.time()));
                open.remove(index);
                succeeded++;
            }
            case ExecutionEvent.Failed failure -> fail(index, task, failure);
            case ExecutionEvent.Stopped stop -> {
                charge(stop.time());
                open.remove(index);
                if (stopping == null) {
                    stop("attempt " + stop.attempt() + " was stopped: " + stop.reason());
                }
            }
        }
        return settle();
    }

    private void fail(int index, OpenTask task, ExecutionEvent.Failed failure) {
        charge(failure.time());
        if (stopping == null && mayRetry(failure.failureClass(), task.attempt())) {
            open.put(index, new OpenTask(task.attempt() + 1, now.plus(backoff(task.attempt()))));
            return;
        }
        open.remove(index);
        failed++;
        var isMerge = index == before.plan().slices();
        if (stopping == null && (isMerge || failed > before.plan().toleratedFailures())) {
            stop("task " + failure.attempt().task().index() + ", attempt "
                    + failure.attempt().number() + ", " + name(failure.failureClass()) + ": " + failure.reason());
        }
    }

    private boolean mayRetry(FailureClass failureClass, int attempt) {
        var execution = before.plan().spec().manifest().spec().execution();
        var wanted = execution.retries().on().contains(failureClass)
                && attempt <= execution.retries().max();
        return switch (failureClass) {
            case PERMIT_REFUSED, BOUNDARY_VIOLATION -> false;
            case IN_DOUBT -> wanted && execution.idempotent() && execution.onDoubt() == OnDoubt.REDISPATCH;
            case WORKLOAD_FAILED, TIMED_OUT, INTERRUPTED, NOT_STARTED -> wanted;
        };
    }

    private Duration backoff(int failedAttempt) {
        var first = before.plan().spec().manifest().spec().execution().retries().backoff();
        return first.multipliedBy(1L << Math.min(failedAttempt - 1, BACKOFF_DOUBLINGS_MAX));
    }

    /** An attempt that never started costs nothing. */
    private void charge(Duration time) {
        if (time.isPositive()) {
            cost = cost.plus(before.plan().estimate().tariff().cost(time));
        }
    }

    private void stop(String reason) {
        stopping = reason;
        open.values().removeIf(task -> !task.isOut());
        open.forEach((index, task) -> {
            var attempt = attempt(index, task.attempt());
            events.add(Outgoing.about(attempt, before.namespace(), new DispatchEvent.Stop(attempt, reason)));
        });
    }

    private Decision<RunState> settle() {
        if (stopping == null) {
            begin();
        }
        if (open.isEmpty()) {
            return end();
        }
        var after = new Active(
                before.run(), before.plan(), next, open, succeeded, failed, cost, started, stopping, cancelled);
        return new Decision<>(after, events);
    }

    private void begin() {
        while (next < before.plan().slices() && open.size() < before.plan().parallelism()) {
            dispatch(next, 1);
            next++;
        }
        if (open.isEmpty() && next == before.plan().slices() && before.plan().merges()) {
            dispatch(next, 1);
            next++;
        }
    }

    private void dispatch(int index, int number) {
        open.put(index, new OpenTask(number, null));
        var plan = before.plan();
        var attempt = attempt(index, number);
        var batch = plan.spec().manifest().spec().batch();
        var isMerge = index == plan.slices();
        var slice = batch == null || isMerge ? null : batch.slices().get(index);
        events.add(Outgoing.about(
                attempt,
                before.namespace(),
                new DispatchEvent.Start(
                        attempt, plan.spec(), slice, isMerge, plan.boundary(), plan.estimate(), plan.permit())));
    }

    private AttemptId attempt(int index, int number) {
        return before.run().task(index).attempt(number);
    }

    private Decision<RunState> end() {
        var plan = before.plan();
        var outcome = cancelled ? Outcome.CANCELLED : stopping != null ? Outcome.FAILED : Outcome.SUCCEEDED;
        var run = before.run();
        tell(
                switch (outcome) {
                    case CANCELLED ->
                        new RunEvent.Cancelled(
                                run, before.namespace(), before.pipeline(), now, plan.tasks(), cost, stopping);
                    case FAILED ->
                        new RunEvent.Failed(
                                run, before.namespace(), before.pipeline(), now, plan.tasks(), failed, cost, stopping);
                    case SUCCEEDED ->
                        new RunEvent.Succeeded(
                                run, before.namespace(), before.pipeline(), now, plan.tasks(), failed, cost);
                    case DENIED, REJECTED -> throw new IllegalStateException("an active run was permitted");
                });
        return new Decision<>(
                new Ended(
                        run,
                        before.namespace(),
                        before.pipeline(),
                        outcome,
                        plan.tasks(),
                        succeeded,
                        failed,
                        cost,
                        stopping,
                        now),
                events);
    }

    private void tell(RunEvent event) {
        events.add(Outgoing.about(before.run(), before.namespace(), event));
    }

    private static String name(FailureClass failureClass) {
        return failureClass.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
