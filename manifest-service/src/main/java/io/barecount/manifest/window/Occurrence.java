package io.barecount.manifest.window;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.submission.RecordRange;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * One thing that a trigger reports: a delivery of a webhook, or a record of a topic.
 *
 * @param name the same for a repeat: the delivery's id, or the record's place
 * @param run that it is part of if a window begins with it
 * @param entry what the payload has of it, a JSON object
 * @param record where it stands; null for a delivery
 * @param traceparent may be null
 */
public record Occurrence(String name, RunId run, String entry, RecordRange record, String traceparent) {
    public static Occurrence ofDelivery(String id, RunId run, String body, String traceparent) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("id", id);
        entry.put("body", body);
        return new Occurrence(id, run, Json.text(entry), null, traceparent);
    }

    /**
     * @param key as text; null if the record has none
     * @param value as text; null if the record has none
     */
    public static Occurrence ofRecord(
            RecordRange record, RunId run, Instant timestamp, String key, String value, String traceparent) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("topic", record.topic());
        entry.put("partition", record.partition());
        entry.put("offset", record.first());
        entry.put("timestamp", timestamp.toString());
        entry.put("key", key);
        entry.put("value", value);
        return new Occurrence(record.toString(), run, Json.text(entry), record, traceparent);
    }

    /** How many bytes it adds to the events that tell of its run, which hold the payload as a text within JSON. */
    public int weight() {
        return Json.bytes(entry).length;
    }
}
