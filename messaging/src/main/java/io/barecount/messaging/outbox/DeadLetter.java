package io.barecount.messaging.outbox;

import io.barecount.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record that could not be processed, with its cause in headers that begin with {@code dead-letter-}; its value is untouched. */
public final class DeadLetter {
    private static final String SUFFIX = ".dlq";
    private static final int REASON_CHARACTERS_MAX = 2000;

    private DeadLetter() {}

    public static OutboxRow of(ConsumerRecord<String, byte[]> record, String stage, Throwable cause) {
        var headers = headers(record);
        headers.putAll(cause(record, stage, cause));
        return OutboxRow.of(record.topic() + SUFFIX, record.key(), headers, record.value());
    }

    /**
     * Of a record on a topic that is not ours: its place and the cause alone, without key, headers and value. Whoever wants to see those
     * reads them where they are, with the leave of the topic's owner.
     *
     * @param topic of ours, whose dead letters it joins
     * @param what it was to be, such as a subscription
     */
    public static OutboxRow elsewhere(
            ConsumerRecord<String, byte[]> record, Topic topic, String stage, String what, Throwable cause) {
        var headers = cause(record, stage, cause);
        headers.put("dead-letter-subject", what);
        return OutboxRow.of(topic.deadLetterName(), what, headers, null);
    }

    private static Map<String, String> cause(ConsumerRecord<String, byte[]> record, String stage, Throwable cause) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("dead-letter-reason", bounded(String.valueOf(cause.getMessage())));
        headers.put("dead-letter-cause", cause.getClass().getName());
        headers.put("dead-letter-stage", stage);
        headers.put("dead-letter-topic", record.topic());
        headers.put("dead-letter-partition", Integer.toString(record.partition()));
        headers.put("dead-letter-offset", Long.toString(record.offset()));
        return headers;
    }

    static boolean isOne(String topic) {
        return topic.endsWith(SUFFIX);
    }

    /** The record's own size plus little: a dead letter must not be too large for a broker that took the record. */
    private static String bounded(String reason) {
        return reason.length() <= REASON_CHARACTERS_MAX ? reason : reason.substring(0, REASON_CHARACTERS_MAX);
    }

    /** A record's headers as text; of several with one name, the last counts. */
    public static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
        var headers = new LinkedHashMap<String, String>();
        for (var header : record.headers()) {
            if (header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return headers;
    }
}
