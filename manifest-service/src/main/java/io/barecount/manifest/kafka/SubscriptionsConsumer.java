package io.barecount.manifest.kafka;

import io.barecount.contracts.Topic;
import io.barecount.contracts.submission.RecordRange;
import io.barecount.manifest.ManifestConfig;
import io.barecount.manifest.kafka.SubscriptionReader.Read;
import io.barecount.manifest.store.RegisteredPipelines;
import io.barecount.manifest.store.Subscriptions;
import io.barecount.manifest.store.WindowHandover;
import io.barecount.manifest.store.Windows;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.SubmissionInput;
import io.barecount.manifest.submission.SubmissionState;
import io.barecount.manifest.subscription.Beginning;
import io.barecount.manifest.subscription.Subscription;
import io.barecount.manifest.webhook.HookRates;
import io.barecount.manifest.window.WindowLimit;
import io.barecount.messaging.outbox.DeadLetter;
import io.barecount.messaging.outbox.OutboxRow;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.StageLoop;
import io.barecount.messaging.stage.Stages;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Reads the topics that pipelines subscribe to: one consumer for all of them, on one thread. The group gives out partitions to instances;
 * where each subscription goes on in them stands in the database, so that several of one topic are at different places, and one that waits
 * for its rate holds up no other.
 *
 * <p>A record becomes its run, or a part of a window, before its subscription goes on behind it. Whatever fails, the subscriptions are looked
 * up again, and go on where the database says.
 */
@ApplicationScoped
class SubscriptionsConsumer implements ConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(SubscriptionsConsumer.class);
    private static final String GROUP = "manifest-service.subscriptions";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
    private static final Duration REFUSED_FOR = Duration.ofMinutes(1);

    /** What a subscription above its rate waits at least: its partition is read again from where it was. */
    private static final Duration HELD_MIN = Duration.ofSeconds(5);

    /** What of a topic is read. */
    private record Followed(TopicOnBroker topic, List<Subscription> by) {}

    private record Place(Subscription subscription, TopicPartition partition) {}

    private final Subscriptions subscriptions;
    private final Windows windows;
    private final WindowHandover handover;
    private final Stage<SubmissionState, SubmissionInput> stage;
    private final SubscriptionReader reader;
    private final ManifestConfig config;
    private final Map<String, Object> client;
    private final String source;
    private final MultiGauge lags;
    private final MultiGauge waiting;
    private final Counter filtered;
    private final Counter filterFailed;
    private final HookRates rates = new HookRates(System::nanoTime);
    private final Thread thread = Thread.ofPlatform().name("subscriptions").unstarted(this::run);
    private volatile boolean stopping;

    private KafkaConsumer<String, byte[]> consumer;
    private SubscribedTopics topics;
    private Map<String, Followed> followed = Map.of();
    private final Map<Place, Long> next = new HashMap<>();
    private final Map<Subscription, Long> heldUntil = new HashMap<>();
    private final Map<String, Long> refusedUntil = new HashMap<>();
    private Set<Subscription> complaints = Set.of();
    private long lookUpAt;
    private boolean stale;

    SubscriptionsConsumer(
            Subscriptions subscriptions,
            Windows windows,
            WindowHandover handover,
            Stage<SubmissionState, SubmissionInput> stage,
            Intake intake,
            RegisteredPipelines pipelines,
            ManifestConfig config,
            Stages stages,
            MeterRegistry metrics,
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "barecount.instance") Optional<String> instance) {
        this.subscriptions = subscriptions;
        this.windows = windows;
        this.handover = handover;
        this.stage = stage;
        this.reader = new SubscriptionReader(intake, pipelines);
        this.config = config;
        this.source = stages.source();
        this.client = client(broker, instance);
        this.lags = MultiGauge.builder("barecount.subscription.lag").register(metrics);
        this.waiting = MultiGauge.builder("barecount.subscription.waiting").register(metrics);
        this.filtered = metrics.counter("barecount.subscription.filtered", "failed", "false");
        this.filterFailed = metrics.counter("barecount.subscription.filtered", "failed", "true");
    }

    private static Map<String, Object> client(Map<String, Object> broker, Optional<String> instance) {
        var client = new HashMap<>(broker);
        client.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        client.put(ConsumerConfig.CLIENT_ID_CONFIG, GROUP);
        instance.ifPresent(name -> client.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name + "-subscriptions"));
        client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        client.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        client.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        client.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1000);
        client.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        client.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);
        return client;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        thread.join(Duration.ofSeconds(10));
    }

    private void run() {
        while (!stopping) {
            try (var reading = new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer());
                    var admin = Admin.create(SubscribedTopics.settings(client))) {
                consumer = reading;
                topics = new SubscribedTopics(admin);
                followed = Map.of();
                lookUpAt = System.nanoTime();
                while (!stopping) {
                    turnSafely();
                }
            } catch (RuntimeException e) {
                LOG.errorf(e, "reading subscribed topics failed; again in %s", AGAIN_AFTER);
                LockSupport.parkNanos(AGAIN_AFTER.toNanos());
            }
        }
    }

    private void turnSafely() {
        try {
            turn();
        } catch (WakeupException | StageLoop.Stopping e) {
            stopping = true;
        } catch (TopicAuthorizationException e) {
            var until = System.nanoTime() + REFUSED_FOR.toNanos();
            e.unauthorizedTopics().forEach(topic -> refusedUntil.put(topic, until));
            lookUpAt = System.nanoTime();
        } catch (RuntimeException e) {
            if (StageLoop.isStopping(e)) {
                stopping = true;
                return;
            }
            LOG.errorf(e, "subscriptions: a turn failed, what it read is read again; again in %s", AGAIN_AFTER);
            LockSupport.parkNanos(AGAIN_AFTER.toNanos());
            lookUpAt = System.nanoTime();
        }
    }

    private void turn() {
        if (System.nanoTime() - lookUpAt >= 0) {
            lookUp();
            lookUpAt = System.nanoTime() + config.subscriptionsEvery().toNanos();
        }
        if (followed.isEmpty()) {
            LockSupport.parkNanos(POLL.toNanos());
            return;
        }
        if (stale) {
            loadPositions();
        }
        aim();
        var records = consumer.poll(POLL);
        if (stale) {
            return;
        }
        if (!records.isEmpty()) {
            take(records);
        }
        passOverWhatIsNoRecord();
    }

    /** What others' transactions leave on a topic has offsets, and is read by nobody: to go back to it would be to read it for ever. */
    private void passOverWhatIsNoRecord() {
        if (stale) {
            return;
        }
        for (var partition : consumer.assignment()) {
            if (hindmost(partition, true).isEmpty()) {
                continue;
            }
            var position = consumer.position(partition);
            for (var subscription : followedBy(partition)) {
                if (!heldUntil.containsKey(subscription)) {
                    next.computeIfPresent(new Place(subscription, partition), (place, at) -> Math.max(at, position));
                }
            }
        }
    }

    /** What is subscribed to by now, and what there is of it on the broker. */
    private void lookUp() {
        var at = Instant.now();
        var current = subscriptions.current(at);
        subscriptions.leave(current, at);
        var wanted = current.stream().collect(Collectors.groupingBy(Subscription::topic));
        var found = topics.find(readable(wanted.keySet()));
        complain(current, found);
        var before = subscriptions.positions(current);
        for (var subscription : current) {
            var topic = found.get(subscription.topic());
            if (topic != null && Beginning.isNeeded(before.get(subscription), topic.id(), topic.partitions())) {
                begin(subscription, topic, found);
            }
        }
        var now = new HashMap<String, Followed>();
        found.forEach((name, topic) -> now.put(name, new Followed(topic, wanted.get(name))));
        if (!now.keySet().equals(followed.keySet())) {
            consumer.subscribe(now.keySet(), this);
        }
        followed = now;
        heldUntil.keySet().retainAll(current);
        tellLags();
        stale = true;
    }

    /** A topic that can't be begun with, such as one without a leader, waits by itself. */
    private void begin(Subscription subscription, TopicOnBroker topic, Map<String, TopicOnBroker> found) {
        try {
            subscriptions.begin(subscription, topics.beginning(topic));
        } catch (KafkaException e) {
            LOG.warnf(e, "subscription %s: where %s begins is not known", subscription.id(), topic.name());
            found.remove(topic.name());
            refusedUntil.put(topic.name(), System.nanoTime() + REFUSED_FOR.toNanos());
        }
    }

    private Set<String> readable(Set<String> names) {
        refusedUntil.values().removeIf(until -> System.nanoTime() - until >= 0);
        return names.stream().filter(name -> !refusedUntil.containsKey(name)).collect(Collectors.toSet());
    }

    /** In the log once for each, and not every few seconds. */
    private void complain(List<Subscription> current, Map<String, TopicOnBroker> found) {
        var unread = current.stream()
                .filter(each -> !found.containsKey(each.topic()))
                .collect(Collectors.toSet());
        unread.stream()
                .filter(each -> !complaints.contains(each))
                .forEach(each -> LOG.warnf(
                        "subscription %s waits for %s: there is no such topic, or this service may not read it; it begins within %s"
                                + " once that has changed",
                        each.id(), each.topic(), config.subscriptionsEvery().plus(REFUSED_FOR)));
        waiting.register(
                unread.stream()
                        .map(each -> MultiGauge.Row.of(
                                Tags.of("subscription", each.id().toString(), "topic", each.topic()), 1))
                        .collect(Collectors.toList()),
                true);
        complaints = unread;
    }

    private void loadPositions() {
        next.clear();
        var all = followed.values().stream().flatMap(each -> each.by().stream()).toList();
        subscriptions.positions(all).forEach((subscription, before) -> {
            if (!before.left()
                    && followed.get(subscription.topic()).topic().id().equals(before.topicId())) {
                before.next()
                        .forEach((partition, offset) -> next.put(
                                new Place(subscription, new TopicPartition(subscription.topic(), partition)), offset));
            }
        });
        stale = false;
    }

    /** Each partition is read from where the hindmost of those goes on that are not held. */
    private void aim() {
        heldUntil.values().removeIf(until -> System.nanoTime() - until >= 0);
        for (var partition : consumer.assignment()) {
            var from = hindmost(partition, false);
            if (from.isEmpty()) {
                consumer.pause(List.of(partition));
                continue;
            }
            if (consumer.position(partition) != from.getAsLong()) {
                consumer.seek(partition, from.getAsLong());
            }
            consumer.resume(List.of(partition));
        }
    }

    private OptionalLong hindmost(TopicPartition partition, boolean withHeld) {
        return followedBy(partition).stream()
                .filter(each -> withHeld || !heldUntil.containsKey(each))
                .map(each -> next.get(new Place(each, partition)))
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .min();
    }

    /** None where it was just given up, and the group does not know yet. */
    private List<Subscription> followedBy(TopicPartition partition) {
        var topic = followed.get(partition.topic());
        return topic == null ? List.of() : topic.by();
    }

    private void take(ConsumerRecords<String, byte[]> records) {
        var chunks = new ArrayList<Chunk>();
        for (var partition : records.partitions()) {
            for (var subscription : followedBy(partition)) {
                var from = next.get(new Place(subscription, partition));
                if (from != null && !heldUntil.containsKey(subscription)) {
                    chunks.add(chunk(subscription, partition, from, records.records(partition)));
                }
            }
        }
        QuarkusTransaction.requiringNew().run(() -> chunks.forEach(Chunk::read));
        chunks.forEach(Chunk::submit);
        await(chunks.stream().map(chunk -> chunk.stored).toList());
        await(chunks.stream().map(Chunk::goOn).toList());
        if (!stale) {
            chunks.forEach(chunk -> chunk.behind()
                    .ifPresent(last -> next.put(new Place(chunk.subscription, chunk.partition), last + 1)));
            commit(records.partitions());
        }
    }

    /** As many of the records as a subscription's rate lets it take; it is held if they are not all. */
    private Chunk chunk(
            Subscription subscription, TopicPartition partition, long from, List<ConsumerRecord<String, byte[]>> all) {
        var records = all.stream().filter(record -> record.offset() >= from).toList();
        var limit = subscription.declared().maxPerMinute();
        if (limit == null) {
            return new Chunk(subscription, partition, records);
        }
        var taken = new ArrayList<ConsumerRecord<String, byte[]>>();
        for (var record : records) {
            var wait = rates.take(subscription.id().toString(), limit);
            if (!wait.isZero()) {
                var held = wait.compareTo(HELD_MIN) > 0 ? wait : HELD_MIN;
                heldUntil.put(subscription, System.nanoTime() + held.toNanos());
                break;
            }
            taken.add(record);
        }
        return new Chunk(subscription, partition, taken);
    }

    /** What one subscription takes of one partition at once. */
    private final class Chunk {
        private final Subscription subscription;
        private final TopicPartition partition;
        private final List<ConsumerRecord<String, byte[]>> records;
        private final List<Read> reads = new ArrayList<>();
        private final List<OutboxRow> deadLetters = new ArrayList<>();
        private CompletableFuture<Void> stored = CompletableFuture.completedFuture(null);

        private Chunk(
                Subscription subscription, TopicPartition partition, List<ConsumerRecord<String, byte[]>> records) {
            this.subscription = subscription;
            this.partition = partition;
            this.records = records;
        }

        private void read() {
            reads.clear();
            var topicId = followed.get(partition.topic()).topic().id();
            for (var record : records) {
                var place = RecordRange.of(partition.topic(), topicId, partition.partition(), record.offset());
                reads.add(reader.read(subscription, place, record));
            }
        }

        private void submit() {
            stored = CompletableFuture.allOf(reads.stream().map(this::submit).toArray(CompletableFuture[]::new));
        }

        private CompletableFuture<Void> submit(Read read) {
            return switch (read) {
                case Read.Dead dead -> {
                    bury(dead, dead.cause());
                    yield CompletableFuture.completedFuture(null);
                }
                case Read.Filtered(var record, var place, var reason) -> {
                    (reason == null ? filtered : filterFailed).increment();
                    if (reason != null) {
                        LOG.infof("subscription %s: %s does not pass: %s", subscription.id(), place, reason);
                    }
                    yield CompletableFuture.completedFuture(null);
                }
                case Read.Single single ->
                    stage.submit(new Input<>(
                                    single.submit().run().toString(),
                                    single.submit(),
                                    single.submit().run().value(),
                                    SubscriptionReader.traceparent(single.record())))
                            .thenAccept(state -> {
                                if (!state.content().equals(single.submit().content())) {
                                    bury(read, new Unfit("its run was submitted before with other content"));
                                }
                            })
                            .exceptionally(failure -> refused(read, failure));
                case Read.Part part ->
                    windows.take(
                                    subscription.id(),
                                    WindowLimit.of(subscription.declared().batch()),
                                    part.occurrence())
                            .thenCompose(taken -> CompletableFuture.allOf(taken.closed().stream()
                                            .map(handover::handOn)
                                            .toArray(CompletableFuture[]::new))
                                    .exceptionally(WindowHandover::isLeftBehind))
                            .exceptionally(failure -> refused(read, failure));
            };
        }

        private Void refused(Read read, Throwable failure) {
            if (StageLoop.isStopping(failure)) {
                throw new CompletionException(failure);
            }
            bury(read, new Unfit("it can't be stored: " + failure.getMessage()));
            return null;
        }

        private synchronized void bury(Read read, Unfit cause) {
            LOG.warnf("subscription %s: dead letter of %s: %s", subscription.id(), read.place(), cause.getMessage());
            deadLetters.add(DeadLetter.elsewhere(
                    read.record(), Topic.SUBMISSIONS, source, subscription.id().toString(), cause));
        }

        private CompletableFuture<Void> goOn() {
            return reads.isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : windows.advance(subscription.id(), reads.getLast().place(), List.copyOf(deadLetters));
        }

        private OptionalLong behind() {
            return reads.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(reads.getLast().place().last());
        }
    }

    /** A consumer that does not poll is taken for dead: it polls nothing meanwhile. */
    private void await(Collection<CompletableFuture<Void>> all) {
        var done = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        while (true) {
            try {
                done.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                consumer.pause(consumer.assignment());
                consumer.poll(Duration.ZERO);
            } catch (ExecutionException e) {
                throw new CompletionException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StageLoop.Stopping("subscriptions");
            }
        }
    }

    /** For those who watch the group: nothing is read from there. */
    private void commit(Set<TopicPartition> partitions) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var partition : partitions) {
            hindmost(partition, true).ifPresent(offset -> offsets.put(partition, new OffsetAndMetadata(offset)));
        }
        consumer.commitAsync(offsets, (committed, failure) -> {
            if (failure != null) {
                LOG.debugf(failure, "the offsets of the group %s were not committed", GROUP);
            }
        });
    }

    private void tellLags() {
        var bySubscription = new HashMap<Subscription, Double>();
        for (var partition : consumer.assignment()) {
            var behindTheConsumer = consumer.currentLag(partition);
            if (behindTheConsumer.isEmpty() || hindmost(partition, true).isEmpty()) {
                continue;
            }
            var end = consumer.position(partition) + behindTheConsumer.getAsLong();
            for (var subscription : followedBy(partition)) {
                var at = next.get(new Place(subscription, partition));
                if (at != null) {
                    bySubscription.merge(subscription, (double) Math.max(0, end - at), Double::sum);
                }
            }
        }
        lags.register(
                bySubscription.entrySet().stream()
                        .map(entry -> MultiGauge.Row.of(
                                Tags.of("subscription", entry.getKey().id().toString()), entry.getValue()))
                        .collect(Collectors.toList()),
                true);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
        stale = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        stale = true;
    }
}
