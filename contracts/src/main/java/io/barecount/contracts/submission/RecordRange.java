package io.barecount.contracts.submission;

/**
 * Where the records of a topic stand that led to something, from the first to the last offset. Offsets between them that are missing on the
 * topic, or became nothing, are not told apart here: a batch's payload names each of its own.
 *
 * @param topicId that the broker gave the topic when it was created: a topic that is made anew under its name has another one
 * @param first offset, included
 * @param last offset, included
 */
public record RecordRange(String topic, String topicId, int partition, long first, long last) {
    /** The range of one record. */
    public static RecordRange of(String topic, String topicId, int partition, long offset) {
        return new RecordRange(topic, topicId, partition, offset, offset);
    }

    /** @param next offset of a later record of the same partition */
    public RecordRange to(long next) {
        return new RecordRange(topic, topicId, partition, first, next);
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + first + (first == last ? "" : ".." + last);
    }
}
