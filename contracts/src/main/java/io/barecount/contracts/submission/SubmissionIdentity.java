package io.barecount.contracts.submission;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import java.util.UUID;
import java.util.regex.Pattern;

/** Which run a record asks for, on the submissions topic or on one that a pipeline subscribes to: a repeat asks for the same. */
public final class SubmissionIdentity {
    private static final Pattern CANONICAL_UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private SubmissionIdentity() {}

    /** Of a CloudEvent: its id if that is a UUID, else the name that source and id make together. */
    public static RunId ofCloudEvent(String source, String id) {
        return new RunId(
                CANONICAL_UUID.matcher(id).matches()
                        ? UUID.fromString(id)
                        : EventIds.ofName("cloudevent/" + source + " " + id));
    }

    /** Of a record that says nothing about itself: its place. */
    public static RunId ofRecord(String topic, int partition, long offset) {
        return new RunId(EventIds.ofName("record/" + topic + "/" + partition + "/" + offset));
    }

    /**
     * Of a record that a pipeline subscribes to, or of the batch that begins with it: its place, and whose subscription it is.
     *
     * @param subscription such as {@code namespace/pipeline/kafka/name}
     */
    public static RunId ofSubscribed(String subscription, RecordRange record) {
        return new RunId(EventIds.ofName("subscribed/" + subscription + "/" + record.topic() + "/" + record.topicId()
                + "/" + record.partition() + "/" + record.first()));
    }
}
