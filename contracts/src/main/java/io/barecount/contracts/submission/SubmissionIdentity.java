package io.barecount.contracts.submission;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import java.util.UUID;
import java.util.regex.Pattern;

/** Which run a publisher's record on the submissions topic asks for: a repeat asks for the same. */
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
}
