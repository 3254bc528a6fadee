package io.barecount.console.activity;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.run.RunEvent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A day of runs, by the minute. Reading the topics again from their beginning leads to the same, and a repeated event changes nothing, as
 * long as it is repeated within the next {@value #REMEMBERED_MAX} runs.
 *
 * <p>Not safe for several threads.
 */
public final class Activity {
    public static final Duration KEPT = Duration.ofDays(1);

    private static final int REMEMBERED_MAX = 50_000;
    private static final long MINUTE = 60;

    /** How a run ended. */
    public enum End {
        SUCCEEDED,
        FAILED,
        CANCELLED,
        DENIED,
        REJECTED
    }

    private record Active(boolean running, Instant since) {}

    private static final class Minute {
        private final int[] ended = new int[End.values().length];
        private final Map<String, Integer> denials = new HashMap<>();
        private final Map<String, BigDecimal> cost = new HashMap<>();
        private int queued;
        private int endedAfterQueue;
    }

    private static final class Recent<K> extends LinkedHashMap<K, Boolean> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Boolean> eldest) {
            return size() > REMEMBERED_MAX;
        }

        boolean isNew(K key) {
            return put(key, true) == null;
        }
    }

    private final Map<RunId, Active> active = new HashMap<>();
    private final Recent<RunId> ended = new Recent<>();
    private final Recent<RunId> decided = new Recent<>();
    private final TreeMap<Long, Minute> minutes = new TreeMap<>();

    public void apply(Event<?> event) {
        switch (event.data()) {
            case RunEvent.Queued queued -> queued(queued);
            case RunEvent.Running running -> running(running);
            case RunEvent.Succeeded end -> ended(end, End.SUCCEEDED, end.cost());
            case RunEvent.Failed end -> ended(end, End.FAILED, end.cost());
            case RunEvent.Cancelled end -> ended(end, End.CANCELLED, end.cost());
            case RunEvent.Denied end -> ended(end, End.DENIED, null);
            case RunEvent.Rejected end -> ended(end, End.REJECTED, null);
            case DecisionEvent.Denied denied -> denied(denied, event.time());
            case null, default -> {}
        }
    }

    private void queued(RunEvent.Queued event) {
        if (!ended.containsKey(event.run()) && active.putIfAbsent(event.run(), new Active(false, event.at())) == null) {
            minute(event.at()).queued++;
        }
    }

    private void running(RunEvent.Running event) {
        active.computeIfPresent(event.run(), (run, before) -> before.running() ? before : new Active(true, event.at()));
    }

    private void ended(RunEvent event, End end, Money cost) {
        if (!ended.isNew(event.run())) {
            return;
        }
        var minute = minute(event.at());
        minute.ended[end.ordinal()]++;
        if (active.remove(event.run()) != null) {
            minute.endedAfterQueue++;
        }
        if (cost != null) {
            minute.cost.merge(cost.currency(), cost.amount(), BigDecimal::add);
        }
    }

    private void denied(DecisionEvent.Denied event, Instant at) {
        if (decided.isNew(event.run())) {
            event.findings().stream()
                    .filter(finding -> finding.level() == Finding.Level.DENY)
                    .forEach(finding -> minute(at).denials.merge(finding.rule(), 1, Integer::sum));
        }
    }

    private Minute minute(Instant at) {
        var minute = minutes.computeIfAbsent(at.getEpochSecond() / MINUTE, number -> new Minute());
        minutes.headMap(minutes.lastKey() - KEPT.toMinutes()).clear();
        return minute;
    }

    /**
     * What happened in one step of the window.
     *
     * @param queued runs that began to wait
     * @param inWork waiting or running at the step's end
     * @param cost by currency
     */
    public record Step(
            Instant at,
            int queued,
            int inWork,
            int succeeded,
            int failed,
            int cancelled,
            int denied,
            int rejected,
            Map<String, BigDecimal> cost) {}

    /** @param rule that spoke against a run */
    public record Denials(String rule, int count) {}

    /** @param oldestQueuedAt null if nothing waits */
    public record Snapshot(
            Instant now,
            Duration step,
            int queued,
            int running,
            Instant oldestQueuedAt,
            List<Step> steps,
            List<Denials> denials) {}

    /** @param window up to {@link #KEPT} */
    public Snapshot snapshot(Instant now, Duration window, Duration step) {
        var minutesOfStep = Math.max(1, step.toMinutes());
        var steps = window.toMinutes() / minutesOfStep;
        var last = now.getEpochSecond() / MINUTE / minutesOfStep;
        var inWork = active.size() + changeSince((last + 1) * minutesOfStep);
        var result = new ArrayList<Step>();
        var denials = new TreeMap<String, Integer>();
        for (var number = last; number > last - steps; number--) {
            var sum = sum(minutes.subMap(number * minutesOfStep, (number + 1) * minutesOfStep)
                    .values());
            sum.denials.forEach((rule, count) -> denials.merge(rule, count, Integer::sum));
            result.add(0, step(Instant.ofEpochSecond(number * minutesOfStep * MINUTE), inWork, sum));
            inWork += sum.endedAfterQueue - sum.queued;
        }
        var running = (int) active.values().stream().filter(Active::running).count();
        return new Snapshot(
                now,
                Duration.ofMinutes(minutesOfStep),
                active.size() - running,
                running,
                active.values().stream()
                        .filter(run -> !run.running())
                        .map(Active::since)
                        .min(Instant::compareTo)
                        .orElse(null),
                result,
                denials.entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                        .map(entry -> new Denials(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /** Undoes what clocks ahead of this one have put after the window. */
    private int changeSince(long minute) {
        var after = sum(minutes.tailMap(minute).values());
        return after.endedAfterQueue - after.queued;
    }

    private static Minute sum(Iterable<Minute> minutes) {
        var sum = new Minute();
        for (var minute : minutes) {
            for (var end = 0; end < sum.ended.length; end++) {
                sum.ended[end] += minute.ended[end];
            }
            sum.queued += minute.queued;
            sum.endedAfterQueue += minute.endedAfterQueue;
            minute.denials.forEach((rule, count) -> sum.denials.merge(rule, count, Integer::sum));
            minute.cost.forEach((currency, amount) -> sum.cost.merge(currency, amount, BigDecimal::add));
        }
        return sum;
    }

    private static Step step(Instant at, int inWork, Minute sum) {
        return new Step(
                at,
                sum.queued,
                Math.max(0, inWork),
                sum.ended[End.SUCCEEDED.ordinal()],
                sum.ended[End.FAILED.ordinal()],
                sum.ended[End.CANCELLED.ordinal()],
                sum.ended[End.DENIED.ordinal()],
                sum.ended[End.REJECTED.ordinal()],
                sum.cost);
    }
}
