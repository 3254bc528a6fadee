package io.barecount.ledger.kafka;

import io.barecount.ledger.entry.Arrival;
import io.barecount.ledger.entry.Entry;
import io.barecount.ledger.store.Appender;
import io.barecount.messaging.stage.PolledBatches;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Takes every record of every topic, whatever is in it. */
@ApplicationScoped
class EventsChannel {
    private final Appender appender;

    EventsChannel(Appender appender) {
        this.appender = appender;
    }

    @Incoming("events")
    Flow.Subscriber<Message<List<byte[]>>> events() {
        return PolledBatches.of("events", this::record);
    }

    private CompletableFuture<Void> record(ConsumerRecords<byte[], byte[]> batch) {
        return appender.append(() -> StreamSupport.stream(batch.spliterator(), false)
                .map(record -> Entry.of(arrival(record)))
                .iterator());
    }

    static Arrival arrival(ConsumerRecord<byte[], byte[]> record) {
        var headers = new ArrayList<Arrival.Header>();
        record.headers().forEach(header -> headers.add(new Arrival.Header(header.key(), header.value())));
        return new Arrival(
                record.topic(),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key(),
                headers,
                record.value());
    }
}
