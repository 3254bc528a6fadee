package io.barecount.ledger.entry;

/** Where a record stands. */
public record Place(Partition partition, long offset) {
    public record Partition(String topic, int number) {}

    /** As {@code <topic>-<partition>@<offset>}. */
    @Override
    public String toString() {
        return partition.topic() + "-" + partition.number() + "@" + offset;
    }
}
