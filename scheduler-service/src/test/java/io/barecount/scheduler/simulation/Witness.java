package io.barecount.scheduler.simulation;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.dispatch.DispatchEvent.Stop;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.run.RunEvent;
import io.barecount.scheduler.Pipeline;
import io.barecount.scheduler.run.RunInput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an outsider can say of a run from the inputs that took effect and the events that were told, in their order. */
final class Witness {
    final Manifest manifest;
    final Map<AttemptId, Start> starts = new LinkedHashMap<>();
    final Map<AttemptId, ExecutionEvent> ends = new HashMap<>();
    final Map<AttemptId, Instant> endedAt = new HashMap<>();
    final Set<AttemptId> stops = new LinkedHashSet<>();
    final Set<AttemptId> outAtTheStop = new LinkedHashSet<>();
    final Set<Integer> succeeded = new LinkedHashSet<>();
    final Set<Integer> failedForGood = new LinkedHashSet<>();
    final List<RunEvent> told = new ArrayList<>();
    final List<String> violations = new ArrayList<>();
    Money cost = Money.zero("USD");
    boolean cancelled;
    boolean failing;
    boolean wasReportedStarted;

    Witness(Pipeline pipeline) {
        this.manifest = pipeline.manifest();
    }

    int slices() {
        return manifest.spec().batch() == null
                ? 1
                : manifest.spec().batch().slices().size();
    }

    int parallelism() {
        var batch = manifest.spec().batch();
        return batch == null
                ? 1
                : Math.min(
                        batch.parallelism(), manifest.spec().runner().scaling().max());
    }

    boolean isMerge(int task) {
        return manifest.spec().batch() != null && task == slices();
    }

    Set<AttemptId> out() {
        var out = new LinkedHashSet<>(starts.keySet());
        out.removeAll(ends.keySet());
        return out;
    }

    boolean isAdmitted() {
        return told.stream().anyMatch(RunEvent.Queued.class::isInstance);
    }

    /** Tasks whose last attempt failed, and that have a further one to come. */
    int awaitingRetry() {
        if (cancelled || failing) {
            return 0;
        }
        var open = new LinkedHashSet<Integer>();
        starts.keySet().forEach(attempt -> open.add(attempt.task().index()));
        out().forEach(attempt -> open.remove(attempt.task().index()));
        open.removeAll(succeeded);
        open.removeAll(failedForGood);
        return open.size();
    }

    boolean isOver() {
        return told.stream().anyMatch(Witness::isTerminal);
    }

    static boolean isTerminal(RunEvent event) {
        return switch (event) {
            case RunEvent.Queued queued -> false;
            case RunEvent.Running running -> false;
            case RunEvent.Succeeded succeeded -> true;
            case RunEvent.Failed failed -> true;
            case RunEvent.Cancelled cancelled -> true;
            case RunEvent.Denied denied -> true;
            case RunEvent.Rejected rejected -> true;
        };
    }

    /** To be told before the events that it led to. */
    void sees(RunInput input, Instant now) {
        var wasToEnd = cancelled || failing;
        note(input, now);
        if (!wasToEnd && (cancelled || failing)) {
            outAtTheStop.addAll(out());
        }
    }

    private void note(RunInput input, Instant now) {
        switch (input) {
            case RunInput.Cancel cancel -> cancelled |= isAdmitted() && !failing && !isOver();
            case RunInput.Reported(var report) -> {
                if (starts.containsKey(report.attempt()) && !ends.containsKey(report.attempt())) {
                    seesOf(report, now);
                }
            }
            case RunInput.Decided decided -> {}
            case RunInput.Refused refused -> {}
            case RunInput.Granted granted -> {}
            case RunInput.Pause pause -> {}
            case RunInput.Resume resume -> {}
            case RunInput.Preempt preempt -> {}
            case RunInput.Retry retry -> {}
            case RunInput.Redrive redrive -> {}
            case RunInput.Due due -> {}
        }
    }

    private void seesOf(ExecutionEvent report, Instant now) {
        var task = report.attempt().task().index();
        switch (report) {
            case ExecutionEvent.Started started -> wasReportedStarted = true;
            case ExecutionEvent.Succeeded done -> {
                ended(done, done.time(), now);
                succeeded.add(task);
            }
            case ExecutionEvent.Failed failure -> {
                ended(failure, failure.time(), now);
                if (!maySeeRetry(failure)) {
                    failsForGood(task);
                }
            }
            case ExecutionEvent.Stopped stopped -> {
                ended(stopped, stopped.time(), now);
                if (!cancelled && !failing) {
                    failsForGood(task);
                }
            }
        }
    }

    private void ended(ExecutionEvent report, Duration time, Instant now) {
        ends.put(report.attempt(), report);
        endedAt.put(report.attempt(), now);
        if (time.isPositive()) {
            cost = cost.plus(Pipeline.TARIFF.cost(time));
        }
    }

    private void failsForGood(int task) {
        failedForGood.add(task);
        var tolerated =
                manifest.spec().batch() == null ? 0 : manifest.spec().batch().toleratedFailures();
        failing |= !cancelled && (isMerge(task) || failedForGood.size() > tolerated);
    }

    private boolean maySeeRetry(ExecutionEvent.Failed failure) {
        var execution = manifest.spec().execution();
        var task = failure.attempt().task();
        var faults = (int) ends.values().stream()
                .filter(end -> end.attempt().task().equals(task) && end != failure)
                .filter(end -> end instanceof ExecutionEvent.Failed other && isFault(other.failureClass()))
                .count();
        var free = isFault(failure.failureClass())
                && faults < 5
                && execution.retries().max() > 0;
        if (!free && failure.attempt().number() - faults > execution.retries().max()
                || !execution.retries().on().contains(failure.failureClass())
                || failure.failureClass() == FailureClass.PERMIT_REFUSED
                || failure.failureClass() == FailureClass.BOUNDARY_VIOLATION) {
            return false;
        }
        var mayHaveRun = Set.of(FailureClass.IN_DOUBT, FailureClass.LOST_TRACK).contains(failure.failureClass());
        return !mayHaveRun || (execution.idempotent() && execution.onDoubt() == Manifest.OnDoubt.REDISPATCH);
    }

    private static boolean isFault(FailureClass failure) {
        return failure == FailureClass.NOT_STARTED || failure == FailureClass.INTERRUPTED;
    }

    /** Adds to {@code violations} what is wrong with it. */
    void hears(Object event, Instant now) {
        for (var invariant : Invariant.values()) {
            if (!invariant.allows(this, event, now)) {
                violations.add(invariant + " by " + event.getClass().getSimpleName());
            }
        }
        switch (event) {
            case Start start -> starts.put(start.attempt(), start);
            case Stop stop -> stops.add(stop.attempt());
            case RunEvent runEvent -> told.add(runEvent);
            default -> throw new AssertionError("a scheduler does not say " + event);
        }
    }
}
