package io.barecount.messaging.outbox;

import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.Json;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A record that is to be sent. It is deleted once the broker has it. */
@Entity
@Table(name = "outbox")
public class OutboxRow extends PanacheEntityBase {
    @Id
    @GeneratedValue(generator = "outbox_id")
    @SequenceGenerator(name = "outbox_id", sequenceName = "outbox_id", allocationSize = 500)
    public Long id;

    @Column(nullable = false)
    public String topic;

    @Column(name = "record_key")
    public String key;

    /** A JSON object of strings. */
    @Column(nullable = false)
    public String headers;

    @Column(name = "record_value")
    public byte[] value;

    public static OutboxRow of(Topic topic, String key, Event<?> event) {
        return of(topic.topicName(), key, EventCodec.headers(event), EventCodec.value(event));
    }

    static OutboxRow of(String topic, String key, Map<String, String> headers, byte[] value) {
        var row = new OutboxRow();
        row.topic = topic;
        row.key = key;
        row.headers = Json.text(headers);
        row.value = value;
        return row;
    }

    ProducerRecord<String, byte[]> toRecord() {
        var record = new ProducerRecord<>(topic, key, value);
        Json.read(headers, HeaderMap.class)
                .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private static final class HeaderMap extends java.util.LinkedHashMap<String, String> {
        private static final long serialVersionUID = 1L;
    }
}
