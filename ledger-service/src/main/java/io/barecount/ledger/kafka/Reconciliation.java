package io.barecount.ledger.kafka;

import io.barecount.ledger.LedgerConfig;
import io.barecount.ledger.check.Finding;
import io.barecount.ledger.entry.Entry;
import io.barecount.ledger.store.Completeness;
import io.barecount.ledger.store.Completeness.Gap;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Whether every record that the broker holds is an entry. Offsets without one are looked up: there may be none at all (a transaction's
 * marker, or compaction), one of a transaction that was aborted, or what its producer sent again and is an entry at another place. Any
 * other record is one that the log lacks.
 */
@ApplicationScoped
public class Reconciliation {
    private static final Logger LOG = Logger.getLogger(Reconciliation.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int EMPTY_POLLS_MAX = 4;
    private static final int WITHIN_MAX = 10_000;

    private final Map<String, Object> broker;
    private final Completeness completeness;
    private final List<String> topics;
    private final Duration every;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("reconciliation").factory());

    Reconciliation(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            Completeness completeness,
            @ConfigProperty(name = "mp.messaging.incoming.events.topics") List<String> topics,
            LedgerConfig config) {
        this.broker = broker;
        this.completeness = completeness;
        this.topics = List.copyOf(topics);
        this.every = config.check().topicsEvery();
    }

    void start(@Observes StartupEvent event) {
        timer.scheduleWithFixedDelay(this::inBackground, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void inBackground() {
        try {
            run();
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                LOG.errorf(e, "entries could not be compared with the topics; again in %s", every);
            }
        }
    }

    /** Compares now; returns what is wrong. */
    List<Finding> run() {
        var findings = new ArrayList<>(completeness.missingEvents());
        try (var committed = consumer("read_committed");
                var any = consumer("read_uncommitted")) {
            for (var topic : topics) {
                for (var info : committed.partitionsFor(topic)) {
                    findings.addAll(compare(new TopicPartition(topic, info.partition()), committed, any));
                }
            }
        }
        return completeness.found(findings);
    }

    private List<Finding> compare(
            TopicPartition partition, Consumer<byte[], byte[]> committed, Consumer<byte[], byte[]> any) {
        var beginning = committed.beginningOffsets(Set.of(partition)).get(partition);
        var findings = new ArrayList<Finding>();
        for (var gap : completeness.gaps(partition.topic(), partition.partition())) {
            if (gap.last() < beginning) {
                findings.add(finding(gap, "the broker no longer has these, and nobody saw what they held"));
                continue;
            }
            var held = within(committed, partition, gap);
            var lacking = held.stream()
                    .filter(record -> !completeness.holds(Entry.of(EventsChannel.arrival(record))))
                    .findFirst();
            if (lacking.isPresent()) {
                findings.add(finding(
                        gap, "the broker holds a record at " + lacking.get().offset()));
            } else {
                completeness.explain(gap, why(held, gap, partition, any));
            }
        }
        return findings;
    }

    private static Finding finding(Gap gap, String detail) {
        var place = gap.topic() + "-" + gap.partition() + "@" + gap.first() + ".." + gap.last();
        return new Finding(Finding.Kind.RECORD_MISSING, place, null, "all", detail);
    }

    private static String why(
            List<ConsumerRecord<byte[], byte[]>> held,
            Gap gap,
            TopicPartition partition,
            Consumer<byte[], byte[]> any) {
        if (!held.isEmpty()) {
            return "sent again by its producer";
        }
        return within(any, partition, gap).isEmpty() ? "no record: marker or compaction" : "aborted transaction";
    }

    /** The records between the gap's ends; of a long gap only the first ones. */
    private static List<ConsumerRecord<byte[], byte[]>> within(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, Gap gap) {
        consumer.assign(Set.of(partition));
        consumer.seek(partition, gap.first());
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        for (var empty = 0; empty < EMPTY_POLLS_MAX && consumer.position(partition) <= gap.last(); ) {
            var records = consumer.poll(POLL).records(partition);
            empty += records.isEmpty() ? 1 : 0;
            records.stream().filter(record -> record.offset() <= gap.last()).forEach(found::add);
            if (found.size() >= WITHIN_MAX) {
                return found;
            }
        }
        return found;
    }

    private Consumer<byte[], byte[]> consumer(String isolation) {
        var config = new HashMap<>(broker);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
