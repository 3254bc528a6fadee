package io.barecount.scheduler.simulation;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Runs attempts in any order and reports of them, sometimes late, sometimes twice. Each dispatched attempt is reported as ended in
 * the end; that, and that no attempt ends in two ways, is all that can be relied on.
 */
final class FakeGateway {
    private static final FailureClass[] FAILURES = FailureClass.values();

    private final SplittableRandom random;
    private final int failuresPercent;
    private final Map<AttemptId, Boolean> live = new LinkedHashMap<>();
    private final Set<AttemptId> known = new HashSet<>();
    private final Set<AttemptId> toStop = new HashSet<>();
    private final List<ExecutionEvent> unsent = new ArrayList<>();
    private final List<ExecutionEvent> said = new ArrayList<>();

    FakeGateway(SplittableRandom random, int failuresPercent) {
        this.random = random;
        this.failuresPercent = failuresPercent;
    }

    /** A repeat of a dispatch is recognised by its attempt, as by a real gateway. */
    void hear(DispatchEvent dispatch) {
        switch (dispatch) {
            case DispatchEvent.Start start -> {
                if (known.add(start.attempt())) {
                    live.put(start.attempt(), false);
                }
            }
            case DispatchEvent.StartAll starts -> starts.each().forEach(this::hear);
            case DispatchEvent.Stop stop -> {
                if (live.containsKey(stop.attempt())) {
                    toStop.add(stop.attempt());
                }
            }
        }
    }

    boolean isIdle() {
        return live.isEmpty() && unsent.isEmpty();
    }

    /** Something happens to one of the attempts; nothing if there are none. */
    void work(Instant now) {
        if (live.isEmpty()) {
            return;
        }
        var attempt = List.copyOf(live.keySet()).get(random.nextInt(live.size()));
        var mayStart = !live.get(attempt) && !toStop.contains(attempt);
        if (mayStart && random.nextInt(4) > 0) {
            live.put(attempt, true);
            unsent.add(new ExecutionEvent.Started(attempt, now, "local", "agent-" + random.nextInt(3)));
        } else {
            var started = live.remove(attempt);
            unsent.add(end(attempt, now, started));
        }
    }

    private ExecutionEvent end(AttemptId attempt, Instant now, boolean started) {
        var time = started ? Duration.ofMillis(1 + random.nextInt(100_000)) : Duration.ZERO;
        var asked = toStop.contains(attempt);
        if (asked ? random.nextInt(3) > 0 : random.nextInt(60) == 0) {
            return new ExecutionEvent.Stopped(attempt, now, asked ? "as asked" : "by hand", time, null);
        }
        if (random.nextInt(100) < failuresPercent) {
            var failure = FAILURES[random.nextInt(FAILURES.length)];
            return new ExecutionEvent.Failed(attempt, now, failure, "number " + random.nextInt(9), time, null);
        }
        return new ExecutionEvent.Succeeded(attempt, now, started ? time : Duration.ofMillis(5), null);
    }

    /** The next report that arrives, in any order: a new one, one that was said before, or a stray one; null for none. */
    ExecutionEvent next(RunId run, Instant now) {
        var kind = random.nextInt(10);
        if (kind == 0 && !said.isEmpty()) {
            return said.get(random.nextInt(said.size()));
        }
        if (kind == 1) {
            return stray(run, now);
        }
        if (unsent.isEmpty()) {
            return null;
        }
        var report = unsent.remove(random.nextInt(unsent.size()));
        said.add(report);
        return report;
    }

    private ExecutionEvent stray(RunId run, Instant now) {
        AttemptId attempt;
        do {
            attempt = run.task(random.nextInt(60)).attempt(1 + random.nextInt(6));
        } while (known.contains(attempt));
        return switch (random.nextInt(4)) {
            case 0 -> new ExecutionEvent.Started(attempt, now, "local", "ghost");
            case 1 -> new ExecutionEvent.Succeeded(attempt, now, Duration.ofHours(1), null);
            case 2 ->
                new ExecutionEvent.Failed(
                        attempt, now, FailureClass.WORKLOAD_FAILED, "ghost", Duration.ofHours(1), null);
            default -> new ExecutionEvent.Stopped(attempt, now, "ghost", Duration.ofHours(1), null);
        };
    }
}
