package io.barecount.console.tail;

/** A partition of a topic. */
public record Place(String topic, int partition) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
        var byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }
}
