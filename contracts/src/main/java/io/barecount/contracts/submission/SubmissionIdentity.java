package io.barecount.contracts.submission;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;

/** Which run a publisher's record on the submissions topic asks for: a repeat asks for the same. */
public final class SubmissionIdentity {
    private SubmissionIdentity() {}

    /** A CloudEvents id that is a UUID is the run's id; any other names it together with its source. */
    public static RunId ofEvent(String source, String id) {
        try {
            return RunId.parse(id);
        } catch (IllegalArgumentException notAnUuid) {
            return new RunId(EventIds.ofName((source == null ? "" : source) + "/" + id));
        }
    }

    /** A record without an id is named by its place. */
    public static RunId ofPlace(String topic, int partition, long offset) {
        return new RunId(EventIds.ofName(topic + "/" + partition + "/" + offset));
    }
}
