package io.barecount.messaging.stage;

import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.event.TraceContext;
import io.barecount.messaging.outbox.DeadLetter;
import io.barecount.messaging.outbox.Outbox;
import io.barecount.messaging.outbox.OutboxRow;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;

/**
 * A stage whose state is kept per key: gives each input to the service's decision, in order per key.
 *
 * @param <S> the state of one key
 * @param <I> what the stage decides on
 */
public final class Stage<S, I> implements StageLoop.Work<Stage.Job<S, I>>, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Stage.class);

    /** One input on its way; {@code after} holds the state it led to, or found. */
    static final class Job<S, I> {
        private final Input<I> input;
        private final ConsumerRecord<String, byte[]> record;
        private final MalformedEvent malformed;
        private S after;
        private RuntimeException failure;

        private Job(Input<I> input, ConsumerRecord<String, byte[]> record, MalformedEvent malformed) {
            this.input = input;
            this.record = record;
            this.malformed = malformed;
        }
    }

    private final String source;
    private final AggregateStore<S, ?> store;
    private final Decide<S, I> decide;
    private final Clock clock;
    private final StageLoop<Job<S, I>> loop;
    private final AfterBatch<I> afterBatch;

    /** Keys of the batch in work that were decided on before: of others there is nothing that could still be unsent. */
    private Set<String> known = Set.of();

    /**
     * What a stage finds to do by itself once it has decided on a batch, such as to hand out what the batch set free: inputs for any of
     * its keys, decided within the same transaction. Their rows have to be locked by then, without waiting for whoever else has them.
     */
    @FunctionalInterface
    public interface AfterBatch<I> {
        /** Called with the batch's states written and its transaction open. */
        List<Input<I>> next(Instant now);
    }

    Stage(
            String service,
            String name,
            AggregateStore<S, ?> store,
            Decide<S, I> decide,
            AfterBatch<I> afterBatch,
            Outbox outbox,
            Clock clock,
            MeterRegistry metrics) {
        this.source = "/barecount/" + service;
        this.store = store;
        this.decide = decide;
        this.afterBatch = afterBatch;
        this.clock = clock;
        this.loop = new StageLoop<>(name, outbox, this, metrics).start();
    }

    /**
     * Decides on a polled batch. Blocks while the stage has as much to do as it can hold.
     *
     * @param inputs what an event of this topic means to the stage; empty for one that it doesn't care about
     * @return completes when all effects are committed and told, or exceptionally with {@link StageLoop.Stopping}
     */
    public CompletableFuture<Void> process(
            ConsumerRecords<String, byte[]> batch, Function<Event<?>, List<Input<I>>> inputs) {
        return process(batch, inputs, (input, state) -> {});
    }

    /**
     * As {@link #process(ConsumerRecords, Function)}.
     *
     * @param after called for each input with the state after it, once its effects are committed and told, on the stage's own thread: it
     *     must not block; with null if there was no decision on the input
     */
    public CompletableFuture<Void> process(
            ConsumerRecords<String, byte[]> batch,
            Function<Event<?>, List<Input<I>>> inputs,
            BiConsumer<Input<I>, S> after) {
        return process(batch, after, record -> inputs.apply(decode(record)));
    }

    /**
     * As {@link #process}, for records that need not be events of ours.
     *
     * @param inputs may throw {@link MalformedEvent}: then the record goes to the topic's dead letters with this cause
     */
    public CompletableFuture<Void> processRaw(
            ConsumerRecords<String, byte[]> batch, Function<ConsumerRecord<String, byte[]>, List<Input<I>>> inputs) {
        return process(batch, (input, state) -> {}, inputs);
    }

    private CompletableFuture<Void> process(
            ConsumerRecords<String, byte[]> batch,
            BiConsumer<Input<I>, S> after,
            Function<ConsumerRecord<String, byte[]>, List<Input<I>>> inputs) {
        var pending = new ArrayList<CompletableFuture<Void>>();
        for (var record : batch) {
            try {
                for (var input : inputs.apply(record)) {
                    var job = new Job<S, I>(input, record, null);
                    pending.add(loop.submit(job)
                            .whenComplete((done, failure) -> after.accept(input, failure == null ? job.after : null)));
                }
            } catch (MalformedEvent malformed) {
                pending.add(loop.submit(new Job<>(null, record, malformed)));
            }
        }
        return CompletableFuture.allOf(pending.stream().map(Stage::settled).toArray(CompletableFuture[]::new));
    }

    /** A refused item is a dead letter, and with that it is done. */
    private static CompletableFuture<Void> settled(CompletableFuture<Void> item) {
        return item.exceptionally(failure -> {
            if (StageLoop.isStopping(failure)) {
                throw new CompletionException(failure);
            }
            return null;
        });
    }

    /**
     * Decides on something that came in another way, such as an HTTP request or a timer.
     *
     * @return the state after it, once its effects are committed and told
     */
    public CompletableFuture<S> submit(Input<I> input) {
        var job = new Job<S, I>(input, null, null);
        return loop.submit(job).thenApply(done -> {
            if (job.failure != null) {
                throw job.failure;
            }
            return job.after;
        });
    }

    /** Has the stage look for what it finds to do by itself; completes once that is committed and told. */
    public CompletableFuture<Void> turn() {
        return loop.submit(new Job<>(null, null, null));
    }

    /** Why the stage makes no progress at present; null while it does. */
    public String failing() {
        return loop.failing();
    }

    @Override
    public void close() {
        loop.close();
    }

    @Override
    public List<String> keys(List<Job<S, I>> batch) {
        return known.stream().sorted().toList();
    }

    private static <S, I> Stream<String> inputs(List<Job<S, I>> batch) {
        return batch.stream().filter(job -> job.input != null).map(job -> job.input.key());
    }

    @Override
    public List<OutboxRow> perform(List<Job<S, I>> batch) {
        var now = clock.instant();
        known = new HashSet<>();
        var aggregates = new HashMap<>(load(inputs(batch).distinct().toList()));
        var outgoing = new ArrayList<OutboxRow>();
        for (var job : batch) {
            if (job.malformed != null) {
                LOG.warnf(
                        "%s: dead letter from %s-%d@%d: %s",
                        source,
                        job.record.topic(),
                        job.record.partition(),
                        job.record.offset(),
                        job.malformed.getMessage());
                outgoing.add(DeadLetter.of(job.record, source, job.malformed));
            } else if (job.input != null) {
                decide(job, aggregates.get(job.input.key()), now, outgoing);
            }
        }
        aggregates.values().forEach(aggregate -> aggregate.write(now));
        if (afterBatch != null) {
            follow(batch, aggregates, now, outgoing);
        }
        return outgoing;
    }

    private Map<String, AggregateStore<S, ?>.Aggregate> load(List<String> keys) {
        Map<String, AggregateStore<S, ?>.Aggregate> loaded = new HashMap<>(store.load(keys));
        loaded.forEach((key, aggregate) -> {
            if (!aggregate.isNew()) {
                known.add(key);
            }
        });
        return loaded;
    }

    /** What follows for a key that the batch spoke to has the last input to it as its cause. */
    private void follow(
            List<Job<S, I>> batch,
            Map<String, AggregateStore<S, ?>.Aggregate> aggregates,
            Instant now,
            List<OutboxRow> outgoing) {
        var inputs = afterBatch.next(now);
        if (inputs.isEmpty()) {
            return;
        }
        var followed = inputs.stream().map(Input::key).distinct().toList();
        var more = followed.stream().filter(key -> !aggregates.containsKey(key)).toList();
        if (!more.isEmpty()) {
            aggregates.putAll(load(more));
        }
        var causes = new HashMap<String, Input<I>>();
        batch.stream().filter(job -> job.input != null).forEach(job -> causes.put(job.input.key(), job.input));
        for (var input : inputs) {
            var cause = causes.getOrDefault(input.key(), input);
            var caused = new Input<>(input.key(), input.value(), cause.cause(), cause.traceparent());
            decide(new Job<>(caused, null, null), aggregates.get(input.key()), now, outgoing);
        }
        followed.forEach(key -> aggregates.get(key).write(now));
    }

    private void decide(
            Job<S, I> job, AggregateStore<S, ?>.Aggregate aggregate, Instant now, List<OutboxRow> outgoing) {
        Decision<S> decision;
        try {
            decision = decide.decide(aggregate.state(), job.input.value(), now);
        } catch (RuntimeException e) {
            if (e instanceof Unready || StageLoop.isOfTheDatabase(e)) {
                throw e;
            }
            LOG.errorf(
                    e,
                    "%s: no decision on %s of %s",
                    source,
                    job.input.value().getClass().getSimpleName(),
                    job.input.key());
            outgoing.addAll(refuse(job, e));
            return;
        }
        var trace = traceOf(aggregate, job.input);
        if (!decision.events().isEmpty() || !same(decision.state(), aggregate.state())) {
            aggregate.change(decision.state(), trace);
        }
        for (var event : decision.events()) {
            outgoing.add(row(event, aggregate, job.input.cause(), trace, now));
        }
        job.after = decision.state();
    }

    @Override
    public List<OutboxRow> refuse(Job<S, I> job, Throwable cause) {
        job.failure = cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
        return job.record == null ? List.of() : List.of(DeadLetter.of(job.record, source, cause));
    }

    private OutboxRow row(
            Outgoing event, AggregateStore<S, ?>.Aggregate aggregate, UUID cause, String trace, Instant now) {
        var type = EventTypes.typeOf(event.data().getClass());
        var id = EventIds.derive(cause, type + "/" + event.subject());
        var stated = new Event<>(
                id,
                source,
                type,
                event.subject(),
                now,
                event.namespace(),
                cause,
                aggregate.nextSequence(),
                TraceContext.child(trace, id),
                event.data());
        return OutboxRow.of(EventTypes.topicOf(event.data().getClass()), event.key(), stated);
    }

    private String traceOf(AggregateStore<S, ?>.Aggregate aggregate, Input<I> input) {
        if (TraceContext.isValid(input.traceparent())) {
            return input.traceparent();
        }
        return TraceContext.orNew(aggregate.traceparent(), input.cause());
    }

    private static boolean same(Object one, Object other) {
        return one == null ? other == null : one.equals(other);
    }

    /** @throws MalformedEvent if it is none of the topic's */
    public static Event<?> decode(ConsumerRecord<String, byte[]> record) {
        var topic = Topic.named(record.topic())
                .orElseThrow(() -> new MalformedEvent("topic", "no topic of this platform: " + record.topic()));
        return EventCodec.decode(topic, DeadLetter.headers(record), record.value());
    }
}
