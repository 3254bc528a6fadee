package io.barecount.scheduler.schedule;

import io.barecount.contracts.RunId;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.schedule.CronTimes;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a pipeline starts by itself.
 *
 * @param version of the pipeline that declared it; a run takes the version that is registered when it is validated
 * @param revision of the pipeline as it was last heard of; 0 where nobody counted
 * @param replaced runs that a later time takes the place of, until they have ended
 */
public record ScheduleState(
        String namespace,
        String pipeline,
        Digest version,
        List<Entry> entries,
        List<Manifest.After> after,
        List<Backfill> backfills,
        List<RunId> replaced,
        long revision) {
    /** A time that is fired within this of its due time, and its jitter, was not missed. */
    static final Duration PUNCTUAL = Duration.ofMinutes(1);

    /** Runs that one decision starts, at most: the rest follows with the next. */
    private static final int FIRED_MAX = 100;

    /** Times that one decision passes over, at most: nothing but the count of them is told. */
    private static final int PASSED_OVER_MAX = 10_000;

    public ScheduleState {
        entries = List.copyOf(entries);
        after = List.copyOf(after);
        backfills = backfills == null ? List.of() : List.copyOf(backfills);
        replaced = replaced == null ? List.of() : List.copyOf(replaced);
    }

    /**
     * @param next time that has not been fired or passed over; null if none ever comes
     * @param last run that it started; null before the first
     */
    public record Entry(Manifest.Schedule schedule, Instant next, RunId last) {
        CronTimes times() {
            return CronTimes.of(schedule.cron(), schedule.timezone());
        }

        /** When {@code next} is to be fired; null if none comes. */
        public Instant due() {
            return next == null ? null : next.plus(jitter(next));
        }

        /** By the time itself, so that it is the same whoever asks. */
        private Duration jitter(Instant time) {
            if (schedule.jitter() == null) {
                return Duration.ZERO;
            }
            var spread = (Objects.hash(schedule.cron(), time) * 0x9E3779B97F4A7C15L) >>> 44;
            return schedule.jitter().multipliedBy(spread).dividedBy(1L << 20);
        }
    }

    /**
     * A past interval on its way.
     *
     * @param next time of it to be run; {@code until} or later if all have been
     * @param going its runs that had not ended when it was last looked at
     */
    public record Backfill(String id, int schedule, Instant next, Instant until, int parallelism, List<RunId> going) {
        public Backfill {
            going = List.copyOf(going);
        }
    }

    /** When something is to be looked at; null if nothing is. */
    public Instant dueAt() {
        var soon = backfills.isEmpty() && replaced.isEmpty() ? Stream.<Instant>empty() : Stream.of(Instant.EPOCH);
        return Stream.concat(soon, entries.stream().map(Entry::due).filter(Objects::nonNull))
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** Runs of which it matters whether they have ended; of backfills also those of the next times, which may have been run before. */
    public List<RunId> awaited() {
        return Stream.of(
                        entries.stream().map(Entry::last).filter(Objects::nonNull),
                        backfills.stream().flatMap(backfill -> backfill.going().stream()),
                        backfills.stream()
                                .filter(backfill -> backfill.schedule() < entries.size())
                                .flatMap(backfill ->
                                        times(backfill.schedule(), backfill.next(), backfill.until(), FIRED_MAX)
                                                .stream())
                                .map(time -> Fired.runAt(namespace, pipeline, time)),
                        replaced.stream())
                .flatMap(runs -> runs)
                .toList();
    }

    /** @param state null if the pipeline was not registered yet */
    public static Decision<ScheduleState> decide(ScheduleState state, ScheduleInput input, Instant now) {
        if (input instanceof ScheduleInput.Registered(var triggers)) {
            return state != null && triggers.revision() != 0 && triggers.revision() <= state.revision
                    ? Decision.unchanged(state)
                    : Decision.of(registered(state, triggers));
        }
        if (state == null) {
            return Decision.unchanged(null);
        }
        return switch (input) {
            case ScheduleInput.Registered registered -> throw new AssertionError("seen to above");
            case ScheduleInput.Due(var ended) -> new Firing(state, ended, now).fire();
            case ScheduleInput.Ended(var run, var pipeline, var outcome) ->
                state.after.stream().anyMatch(after -> isMet(after, pipeline, outcome))
                        ? Decision.of(state, state.outgoing(Fired.after(run, state, now)))
                        : Decision.unchanged(state);
            case ScheduleInput.Backfill backfill -> state.backfill(backfill, now);
        };
    }

    private static boolean isMet(Manifest.After after, String pipeline, Manifest.Outcome outcome) {
        return after.pipeline().equals(pipeline) && (after.on() == Manifest.Outcome.ENDED || after.on() == outcome);
    }

    /** A schedule that was there before goes on where it is; a new one begins with the next time after it was registered. */
    private static ScheduleState registered(ScheduleState before, ControlEvent.TriggersSet triggers) {
        var entries = new ArrayList<Entry>();
        for (var schedule : triggers.schedules()) {
            var same = before == null
                    ? null
                    : before.entries.stream()
                            .filter(entry -> entry.schedule().equals(schedule))
                            .findFirst()
                            .orElse(null);
            entries.add(
                    same != null
                            ? same
                            : new Entry(
                                    schedule,
                                    CronTimes.of(schedule.cron(), schedule.timezone())
                                            .next(triggers.at())
                                            .orElse(null),
                                    null));
        }
        return new ScheduleState(
                triggers.namespace(),
                triggers.pipeline(),
                triggers.version(),
                entries,
                triggers.after(),
                before == null ? List.of() : before.backfills,
                before == null ? List.of() : before.replaced,
                Math.max(triggers.revision(), before == null ? 0 : before.revision));
    }

    private Decision<ScheduleState> backfill(ScheduleInput.Backfill wanted, Instant now) {
        if (wanted.schedule() >= entries.size()
                || backfills.stream().anyMatch(backfill -> backfill.id().equals(wanted.id()))) {
            return Decision.unchanged(this);
        }
        var times = times(wanted.schedule(), wanted.from(), wanted.until(), Integer.MAX_VALUE);
        var first = times.isEmpty() ? wanted.until() : times.getFirst();
        var more = new ArrayList<>(backfills);
        more.add(new Backfill(wanted.id(), wanted.schedule(), first, wanted.until(), wanted.parallelism(), List.of()));
        var started = new ControlEvent.BackfillStarted(
                wanted.id(),
                namespace,
                pipeline,
                wanted.from(),
                wanted.until(),
                times.size(),
                wanted.by(),
                wanted.reason(),
                now);
        return Decision.of(
                new ScheduleState(namespace, pipeline, version, entries, after, more, replaced, revision),
                outgoing(key() + "/" + wanted.id(), started));
    }

    /** The times of a schedule in an interval, in order, the first ones of it. */
    public List<Instant> times(int schedule, Instant from, Instant until, int most) {
        var times = new ArrayList<Instant>();
        var cron = entries.get(schedule).times();
        for (var next = cron.next(from.minusNanos(1));
                next.isPresent() && next.get().isBefore(until) && times.size() < most;
                next = cron.next(next.get())) {
            times.add(next.get());
        }
        return times;
    }

    private String key() {
        return namespace + "/" + pipeline;
    }

    private Outgoing outgoing(SubmissionEvent.Submitted submitted) {
        return outgoing(submitted.run().toString(), submitted);
    }

    private Outgoing outgoing(String subject, Object event) {
        return new Outgoing(key(), subject, namespace, event);
    }

    /** One look at what is due. */
    private static final class Firing {
        private final ScheduleState before;
        private final Set<RunId> endedRuns;
        private final Instant now;
        private final List<Outgoing> events = new ArrayList<>();
        private final List<RunId> replaced = new ArrayList<>();
        private int left = FIRED_MAX;

        Firing(ScheduleState before, Set<RunId> endedRuns, Instant now) {
            this.before = before;
            this.endedRuns = endedRuns;
            this.now = now;
            before.replaced.stream().filter(this::isGoing).forEach(replaced::add);
        }

        private boolean isGoing(RunId run) {
            return !endedRuns.contains(run);
        }

        Decision<ScheduleState> fire() {
            var entries = before.entries.stream().map(this::fire).toList();
            var backfills = before.backfills.stream()
                    .map(this::advance)
                    .filter(Objects::nonNull)
                    .toList();
            var after = new ScheduleState(
                    before.namespace,
                    before.pipeline,
                    before.version,
                    entries,
                    before.after,
                    backfills,
                    replaced,
                    before.revision);
            return new Decision<>(after, events);
        }

        private Entry fire(Entry entry) {
            if (entry.due() == null || entry.due().isAfter(now)) {
                return entry;
            }
            if (left == 0) {
                return entry;
            }
            var most = entry.schedule().missed() == Manifest.Missed.ALL ? left : PASSED_OVER_MAX;
            var due = new ArrayList<Instant>();
            var times = entry.times();
            var next = entry.next();
            while (next != null && isDue(entry, next) && due.size() < most) {
                due.add(next);
                next = times.next(next).orElse(null);
            }
            var more = next != null && isDue(entry, next);
            return new Entry(entry.schedule(), next, start(entry, wanted(entry, due, more)));
        }

        private boolean isDue(Entry entry, Instant time) {
            return !new Entry(entry.schedule(), time, null).due().isAfter(now);
        }

        /**
         * Those of the due times that fire by the rules for what was missed.
         *
         * @param more whether later ones are due too, and looked at next
         */
        private List<Instant> wanted(Entry entry, List<Instant> due, boolean more) {
            var schedule = entry.schedule();
            var inTime = due.stream()
                    .filter(time -> schedule.startDeadline() == null
                            || !time.plus(schedule.startDeadline()).isBefore(now))
                    .toList();
            var wanted = switch (schedule.missed()) {
                case ALL -> inTime;
                case LAST -> more || inTime.isEmpty() ? List.<Instant>of() : List.of(inTime.getLast());
                case SKIP ->
                    inTime.stream()
                            .filter(time -> !new Entry(schedule, time, null)
                                    .due()
                                    .plus(PUNCTUAL)
                                    .isBefore(now))
                            .toList();
            };
            var fire = Set.copyOf(wanted);
            var missed = due.stream().filter(time -> !fire.contains(time)).toList();
            if (!missed.isEmpty()) {
                passOver(missed.size(), missed.getLast(), "missed: nobody was there to fire at the time");
            }
            return wanted;
        }

        private RunId start(Entry entry, List<Instant> times) {
            var last = entry.last();
            for (var time : times) {
                var isGoing = last != null && isGoing(last);
                if (isGoing && entry.schedule().concurrency() == Manifest.Concurrency.FORBID) {
                    passOver(1, time, "the run of an earlier time goes on: " + last);
                    continue;
                }
                if (isGoing && entry.schedule().concurrency() == Manifest.Concurrency.REPLACE) {
                    replaced.add(last);
                }
                last = submit(entry, time, null);
            }
            return last;
        }

        private RunId submit(Entry entry, Instant time, String backfill) {
            var run = Fired.runAt(before.namespace, before.pipeline, time);
            left--;
            events.add(before.outgoing(Fired.at(run, before, entry.schedule().parameters(), time, backfill, now)));
            return run;
        }

        private void passOver(int times, Instant last, String reason) {
            events.add(before.outgoing(
                    before.key() + "@" + last,
                    new ControlEvent.TimesPassedOver(
                            before.namespace, before.pipeline, times, last, ControlEvent.PLATFORM, reason, now)));
        }

        /** Null once all of it has been run. */
        private Backfill advance(Backfill backfill) {
            var runs = new ArrayList<>(
                    backfill.going().stream().filter(this::isGoing).toList());
            var entry = backfill.schedule() < before.entries.size() ? before.entries.get(backfill.schedule()) : null;
            var next = entry == null ? backfill.until() : backfill.next();
            while (next.isBefore(backfill.until()) && runs.size() < backfill.parallelism() && left > 0) {
                if (isGoing(Fired.runAt(before.namespace, before.pipeline, next))) {
                    runs.add(submit(entry, next, backfill.id()));
                }
                next = entry.times().next(next).orElse(backfill.until());
            }
            if (runs.isEmpty() && !next.isBefore(backfill.until())) {
                events.add(before.outgoing(
                        before.key() + "/" + backfill.id(),
                        new ControlEvent.BackfillEnded(
                                backfill.id(), before.namespace, before.pipeline, ControlEvent.PLATFORM, now)));
                return null;
            }
            return new Backfill(
                    backfill.id(), backfill.schedule(), next, backfill.until(), backfill.parallelism(), runs);
        }
    }
}
