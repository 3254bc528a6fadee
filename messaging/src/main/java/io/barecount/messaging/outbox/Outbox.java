package io.barecount.messaging.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.hibernate.Session;
import org.jboss.logging.Logger;

/**
 * The transactional outbox: rows are added in the transaction that decides on them, sent after it, and deleted once the broker has
 * them. What a crash leaves behind is sent again at the next start, or by any other instance after a while: consumers know a repeated
 * event by its id.
 *
 * <p>A row is unsent as long as it exists. It is never looked for by "id greater than the last": ids commit out of order.
 */
@ApplicationScoped
public class Outbox {
    private static final Logger LOG = Logger.getLogger(Outbox.class);
    private static final Duration LEFT_BEHIND = Duration.ofSeconds(30);
    private static final int SWEEP_MAX = 1000;

    private final Producer<String, byte[]> producer;
    private final MeterRegistry metrics;
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("outbox-sweeper").factory());

    Outbox(@Identifier("default-kafka-broker") Map<String, Object> broker, MeterRegistry metrics) {
        this.metrics = metrics;
        var config = new HashMap<>(broker);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * 1024 * 1024);
        producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** Before any channel delivers: what the last life of this service left unsent goes out first. */
    void start(@Observes @Priority(1) StartupEvent event) {
        for (var sent = SWEEP_MAX; sent == SWEEP_MAX; ) {
            sent = sweep(Duration.ZERO);
        }
        sweeper.scheduleWithFixedDelay(
                this::sweepLeftBehind, LEFT_BEHIND.toSeconds(), LEFT_BEHIND.toSeconds(), TimeUnit.SECONDS);
    }

    void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
        sweeper.shutdownNow();
        producer.close(Duration.ofSeconds(10));
    }

    /** Within the transaction of the decision; gives the rows their ids. */
    public void add(Collection<OutboxRow> rows) {
        OutboxRow.persist(rows);
    }

    /** After the commit, in order; returns when the broker has all of them. */
    public void send(List<OutboxRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var sending = new ArrayList<Future<RecordMetadata>>(rows.size());
        rows.forEach(row -> sending.add(producer.send(row.toRecord())));
        producer.flush();
        for (var future : sending) {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new KafkaException("the broker did not take an event; it stays in the outbox", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while sending; the events stay in the outbox", e);
            }
        }
        rows.stream()
                .filter(row -> DeadLetter.isOne(row.topic))
                .forEach(row -> metrics.counter("barecount.dead.letters", "topic", row.topic)
                        .increment());
    }

    /**
     * Sends what an earlier life of this service, or another instance of it, told about these and may not have sent, so that their
     * order holds. Called once they are locked: from then on nobody else tells anything about them.
     *
     * @param keys of aggregates; an event is about one, and told under it or under the run that its key begins with
     * @param alreadySent ids of rows that only wait for their deletion; those sent now are added
     */
    public void sendUnsentOf(List<String> keys, List<Long> alreadySent) {
        if (keys.isEmpty()) {
            return;
        }
        @SuppressWarnings("unchecked")
        List<OutboxRow> rows = Panache.getEntityManager(OutboxRow.class)
                .createNativeQuery(
                        "select id, topic, record_key, headers, record_value from outbox"
                                + " where record_key = any (:recordKeys) and not id = any (:sent)"
                                + " and cast(headers as json) ->> 'ce_subject' = any (:keys) order by id",
                        OutboxRow.class)
                .setParameter("recordKeys", recordKeys(keys))
                .setParameter("keys", keys.toArray(String[]::new))
                .setParameter("sent", alreadySent.toArray(Long[]::new))
                .getResultList();
        send(rows);
        rows.forEach(row -> alreadySent.add(row.id));
    }

    private static String[] recordKeys(List<String> keys) {
        return keys.stream()
                .flatMap(key -> Stream.of(key, key.replaceFirst("/.*", "")))
                .distinct()
                .toArray(String[]::new);
    }

    /** Deletes rows that the broker has. Losing this in a crash only means sending them again. */
    public void clear(Collection<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        var array = ids.toArray(Long[]::new);
        Panache.getEntityManager(OutboxRow.class).unwrap(Session.class).doWork(connection -> {
            try (var delete = connection.prepareStatement("delete from outbox where id = any (?)")) {
                delete.setArray(1, connection.createArrayOf("bigint", array));
                delete.executeUpdate();
            }
        });
    }

    private void sweepLeftBehind() {
        try {
            var sent = sweep(LEFT_BEHIND);
            if (sent > 0) {
                LOG.infof("outbox: sent %d events that were left behind", sent);
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "outbox: sending what was left behind failed; again in %s", LEFT_BEHIND);
        }
    }

    private int sweep(Duration olderThan) {
        return QuarkusTransaction.requiringNew().call(() -> {
            @SuppressWarnings("unchecked")
            List<OutboxRow> rows = Panache.getEntityManager(OutboxRow.class)
                    .createNativeQuery(
                            "select id, topic, record_key, headers, record_value from outbox"
                                    + " where created_at <= now() - make_interval(secs => :seconds)"
                                    + " order by id limit :most for update skip locked",
                            OutboxRow.class)
                    .setParameter("seconds", olderThan.toSeconds())
                    .setParameter("most", SWEEP_MAX)
                    .getResultList();
            send(rows);
            clear(rows.stream().map(row -> row.id).toList());
            return rows.size();
        });
    }
}
