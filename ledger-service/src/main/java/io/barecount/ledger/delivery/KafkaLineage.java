package io.barecount.ledger.delivery;

import io.barecount.ledger.store.LineageOutbox;
import io.barecount.ledger.store.LineageOutbox.Sent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/** Sends events to a topic, keyed by run, as OpenLineage's Kafka transport does. */
final class KafkaLineage implements LineageOutbox.Sender, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KafkaLineage.class);
    private static final long ANSWER_SECONDS_MAX = 15;

    private final String topic;
    private final KafkaProducer<String, String> producer;

    KafkaLineage(String topic, Map<String, Object> kafka) {
        this.topic = topic;
        var settings = new HashMap<>(kafka);
        settings.keySet().removeIf(name -> !ProducerConfig.configNames().contains(name));
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 12_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    @Override
    public Sent send(LineageOutbox.Unsent event) {
        try {
            producer.send(new ProducerRecord<>(topic, event.run().toString(), event.event()))
                    .get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            return new Sent.Done();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException) {
                return new Sent.Refused(e.getCause().toString());
            }
            LOG.warnf("%s takes no lineage: %s", topic, e.getCause());
            return new Sent.Later();
        } catch (TimeoutException e) {
            LOG.warnf("%s took no lineage within %d s", topic, ANSWER_SECONDS_MAX);
            return new Sent.Later();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Sent.Later();
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
