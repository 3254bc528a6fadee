package io.barecount.contracts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every topic of the platform, in the order in which a submission passes them. This is the one place that knows a topic's
 * name, key, partitions, retention and settings: the embedded platform and {@code deploy topics} create topics from it; the Helm
 * chart, docs/asyncapi.yaml and installations are checked against it.
 *
 * <p>A topic keeps the order of events per key. Partitions are never added to a living topic: that would send a key's later
 * events elsewhere. None is compacted: every event is a fact of its own, and the last one of a key does not stand for the others.
 */
public enum Topic {
    SUBMISSIONS("barecount.submissions", "namespace/pipeline", 4, Duration.ofDays(30)),
    MANIFESTS("barecount.manifests", "run", 4, Duration.ofDays(30)),
    DECISIONS("barecount.decisions", "run", 4, Duration.ofDays(30)),
    GOVERNANCE("barecount.governance", "run, or document", 1, Duration.ofDays(365)),
    CONTROLS("barecount.controls", "scope, run, or namespace/pipeline", 1, Duration.ofDays(365)),
    DISPATCHES("barecount.dispatches", "run", 4, Duration.ofDays(30)),
    EXECUTIONS("barecount.executions", "run", 4, Duration.ofDays(30)),
    RUNS("barecount.runs", "run", 4, Duration.ofDays(30)),
    CHECKPOINTS("barecount.checkpoints", "log origin", 1, Duration.ofMillis(-1));

    private static final int MEBIBYTE = 1024 * 1024;

    private final String topicName;
    private final String key;
    private final int partitions;
    private final Duration retention;

    Topic(String topicName, String key, int partitions, Duration retention) {
        this.topicName = topicName;
        this.key = key;
        this.partitions = partitions;
        this.retention = retention;
    }

    /** The name on the broker, {@code barecount.<plural>}. */
    public String topicName() {
        return topicName;
    }

    /** What a record's key stands for, in words. */
    public String key() {
        return key;
    }

    public int partitions() {
        return partitions;
    }

    /** How long records are kept; negative means for ever. */
    public Duration retention() {
        return retention;
    }

    /**
     * Bytes that a record may have. A submission grows on its way: its event holds it normalised, a dead letter with the cause beside
     * it; so topics further down take more.
     */
    public int maxRecordBytes() {
        return this == SUBMISSIONS ? MEBIBYTE : 3 * MEBIBYTE;
    }

    /** Bytes that a dead letter may have: more than any record, as it is a record and its cause. */
    public static int maxDeadLetterBytes() {
        return 4 * MEBIBYTE;
    }

    /**
     * Where records of this topic go that could not be processed, with their cause in the headers. One partition, kept as long as
     * the topic itself.
     */
    public String deadLetterName() {
        return topicName + ".dlq";
    }

    /**
     * A topic as a broker has it, this one's or that of its dead letters.
     *
     * @param replicas of each partition; a record is acknowledged when all but one of them have it
     * @param settings by Kafka's names
     */
    public record Layout(String name, int partitions, int replicas, Map<String, String> settings) {}

    /** Of all topics, with the topics of dead letters; the ledger's checkpoints, which nobody processes, have none. */
    public static List<Layout> layouts(int replicas) {
        var layouts = new ArrayList<Layout>();
        for (var topic : values()) {
            layouts.add(topic.layout(topic.topicName, topic.partitions, topic.maxRecordBytes(), replicas));
            if (topic != CHECKPOINTS) {
                layouts.add(topic.layout(topic.deadLetterName(), 1, maxDeadLetterBytes(), replicas));
            }
        }
        return layouts;
    }

    private Layout layout(String name, int partitions, int maxBytes, int replicas) {
        return new Layout(
                name,
                partitions,
                replicas,
                Map.of(
                        "cleanup.policy", "delete",
                        "max.message.bytes", Integer.toString(maxBytes),
                        "min.insync.replicas", Integer.toString(Math.max(1, replicas - 1)),
                        "retention.ms", Long.toString(retention.toMillis()),
                        "unclean.leader.election.enable", "false"));
    }

    public static Optional<Topic> named(String topicName) {
        return Arrays.stream(values())
                .filter(t -> t.topicName.equals(topicName))
                .findFirst();
    }
}
