package io.barecount.manifest.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.submission.RecordRange;
import io.barecount.manifest.window.Occurrence;
import io.barecount.manifest.window.TriggerId;
import io.barecount.manifest.window.Window;
import io.barecount.manifest.window.WindowLimit;
import io.barecount.messaging.outbox.OutboxRow;
import io.barecount.messaging.stage.StageLoop;
import io.barecount.messaging.stage.Stages;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Gathers what triggers report into windows, and keeps where subscriptions go on: both in one transaction, so that no record is in two
 * windows and none in none. Whatever belongs to one trigger happens one after the other, in all instances.
 */
@ApplicationScoped
public class Windows {
    private static final int BATCH_MAX = 200;

    /** Something to be done for a trigger. */
    private sealed interface Work {
        TriggerId trigger();
    }

    private static final class Take implements Work {
        private final TriggerId trigger;
        private final WindowLimit limit;
        private final Occurrence occurrence;
        private RunId run;
        private final List<RunId> closed = new ArrayList<>();

        private Take(TriggerId trigger, WindowLimit limit, Occurrence occurrence) {
            this.trigger = trigger;
            this.limit = limit;
            this.occurrence = occurrence;
        }

        @Override
        public TriggerId trigger() {
            return trigger;
        }

        private String id() {
            return trigger + "/" + occurrence.name();
        }
    }

    private record Advance(TriggerId trigger, RecordRange to, List<OutboxRow> deadLetters) implements Work {}

    private static final class CloseDue implements Work {
        private final TriggerId trigger;
        private final List<RunId> closed = new ArrayList<>();

        private CloseDue(TriggerId trigger) {
            this.trigger = trigger;
        }

        @Override
        public TriggerId trigger() {
            return trigger;
        }
    }

    /**
     * What became of an occurrence.
     *
     * @param run whose window has it; null for a record that another reader was quicker with, or that its subscription is no longer at
     * @param closed windows that it closed, to be handed on
     */
    public record Taken(RunId run, List<RunId> closed) {
        public Taken {
            closed = List.copyOf(closed);
        }
    }

    private final StageLoop<Work> loop;
    private final Clock clock = Clock.systemUTC();

    Windows(Stages stages) {
        loop = stages.loop("windows", new Gathering(), BATCH_MAX);
    }

    /** Takes an occurrence into its trigger's open window; completes once that is stored. */
    public CompletableFuture<Taken> take(TriggerId trigger, WindowLimit limit, Occurrence occurrence) {
        var take = new Take(trigger, limit, occurrence);
        return loop.submit(take).thenApply(done -> new Taken(take.run, take.closed));
    }

    /**
     * Has a subscription go on behind a record.
     *
     * @param deadLetters that are told with it
     */
    public CompletableFuture<Void> advance(TriggerId subscription, RecordRange behind, List<OutboxRow> deadLetters) {
        return loop.submit(new Advance(subscription, behind, deadLetters));
    }

    /** Closes a trigger's window if it is due, and says which that was. */
    public CompletableFuture<List<RunId>> closeDue(TriggerId trigger) {
        var close = new CloseDue(trigger);
        return loop.submit(close).thenApply(done -> List.copyOf(close.closed));
    }

    /** The run whose window has a delivery; empty if it is not known. */
    public static Optional<RunId> runOf(TriggerId trigger, String delivery) {
        return OccurrenceRow.<OccurrenceRow>findByIdOptional(trigger + "/" + delivery)
                .map(row -> RunId.parse(row.run));
    }

    /** Until the transaction ends, nobody else does anything for these triggers. */
    static void lock(List<String> triggersInOrder) {
        var manager = Panache.getEntityManager(WindowRow.class);
        triggersInOrder.forEach(trigger -> manager.createNativeQuery(
                        "select cast(pg_advisory_xact_lock(hashtextextended(?1, 1)) as text)")
                .setParameter(1, trigger)
                .getSingleResult());
    }

    /** Triggers whose window has to be closed. */
    public List<TriggerId> due(Instant now) {
        return QuarkusTransaction.requiringNew()
                .call(
                        () -> WindowRow.<WindowRow>find("closedAt is null and dueAt <= ?1 order by dueAt", now)
                                .page(0, BATCH_MAX)
                                .stream()
                                .map(WindowRow::toTrigger)
                                .toList());
    }

    /** From then on a repeat of a delivery that was handed on before is a new one. */
    public void forgetDeliveries(Instant takenBefore) {
        QuarkusTransaction.requiringNew()
                .run(() -> OccurrenceRow.delete("takenAt < ?1 and entry is null", takenBefore));
    }

    private final class Gathering implements StageLoop.Work<Work> {
        @Override
        public List<OutboxRow> perform(List<Work> batch) {
            return new Turn(batch, clock.instant()).perform();
        }

        /** Whoever waits for it hears of it: a delivery is answered so, and of a record its reader makes a dead letter. */
        @Override
        public List<OutboxRow> refuse(Work work, Throwable cause) {
            return List.of();
        }

        /** What is told here are dead letters: their order is nobody's concern. */
        @Override
        public List<String> keys(List<Work> batch) {
            return List.of();
        }
    }

    /** One batch, with what it needs from the database looked up at once. */
    private static final class Turn {
        private final List<Work> batch;
        private final Instant now;
        private final Map<String, WindowRow> open;
        private final Map<String, String> runs;
        private final Map<PositionRow.Key, PositionRow> positions;

        private Turn(List<Work> batch, Instant now) {
            this.batch = batch;
            this.now = now;
            var triggers = batch.stream()
                    .map(work -> work.trigger().toString())
                    .distinct()
                    .sorted()
                    .toList();
            lock(triggers);
            open = WindowRow.<WindowRow>list("closedAt is null and trigger in ?1", triggers).stream()
                    .collect(Collectors.toMap(row -> row.trigger, Function.identity()));
            runs = OccurrenceRow.<OccurrenceRow>list("id in ?1", ids(batch)).stream()
                    .collect(Collectors.toMap(row -> row.id, row -> row.run, (a, b) -> a, HashMap::new));
            positions = PositionRow.<PositionRow>list("subscription in ?1", triggers).stream()
                    .collect(Collectors.toMap(PositionRow::key, Function.identity()));
        }

        private static List<String> ids(List<Work> batch) {
            return batch.stream()
                    .filter(Take.class::isInstance)
                    .map(work -> ((Take) work).id())
                    .toList();
        }

        private List<OutboxRow> perform() {
            var told = new ArrayList<OutboxRow>();
            for (var work : batch) {
                switch (work) {
                    case Take take -> take(take);
                    case Advance advance -> {
                        goOnBehind(advance.trigger(), advance.to());
                        told.addAll(advance.deadLetters());
                    }
                    case CloseDue due -> {
                        due.closed.clear();
                        var row = open.get(due.trigger.toString());
                        if (row != null && row.toWindow().isDue(now)) {
                            due.closed.add(close(row));
                        }
                    }
                }
            }
            return told;
        }

        private void take(Take take) {
            take.closed.clear();
            take.run = null;
            var known = runs.get(take.id());
            if (known != null) {
                take.run = RunId.parse(known);
                return;
            }
            var occurrence = take.occurrence;
            if (occurrence.record() != null && !goOnBehind(take.trigger, occurrence.record())) {
                return;
            }
            var weight = occurrence.weight();
            var row = open.get(take.trigger.toString());
            if (row != null && !row.toWindow().hasRoomFor(weight)) {
                take.closed.add(close(row));
                row = null;
            }
            if (row == null) {
                row = open(take);
            }
            var window = row.toWindow().with(weight);
            store(take, row);
            row.occurrences = window.occurrences();
            row.weight = window.weight();
            take.run = window.run();
            if (window.isFull(take.limit)) {
                take.closed.add(close(row));
            }
        }

        /** Whether the subscription was not behind it yet. */
        private boolean goOnBehind(TriggerId subscription, RecordRange record) {
            var position =
                    positions.get(new PositionRow.Key(subscription.toString(), record.topic(), record.partition()));
            if (position == null || !position.topicId.equals(record.topicId()) || position.nextOffset > record.last()) {
                return false;
            }
            position.nextOffset = record.last() + 1;
            return true;
        }

        private WindowRow open(Take take) {
            var window = Window.opened(take.occurrence.run(), take.limit, now);
            var row = new WindowRow();
            row.id = window.run().toString();
            row.trigger = take.trigger.toString();
            row.traceparent = take.occurrence.traceparent();
            row.dueAt = window.dueAt();
            row.persist();
            open.put(row.trigger, row);
            return row;
        }

        private void store(Take take, WindowRow window) {
            var row = new OccurrenceRow();
            row.id = take.id();
            row.run = window.id;
            row.place = window.occurrences;
            row.entry = take.occurrence.entry();
            row.record = take.occurrence.record() == null ? null : Json.text(take.occurrence.record());
            row.takenAt = now;
            row.persist();
            runs.put(row.id, row.run);
        }

        private RunId close(WindowRow row) {
            row.closedAt = now;
            open.remove(row.trigger);
            // The database knows one open window of a trigger: it has to hear of the end of this one before it hears of
            // the next.
            Panache.getEntityManager(WindowRow.class).flush();
            return RunId.parse(row.id);
        }
    }
}
