package io.barecount.contracts;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a service does with topics, and so all that its principal on the broker may do. It reads as the consumer group of its own name;
 * what it can't process of a topic that it reads, it writes to that topic's dead letters.
 *
 * @param service its name, and its consumer group's
 */
public record TopicAccess(String service, List<Topic> reads, List<Topic> writes) {
    public TopicAccess {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
    }

    /** In the order in which a submission passes them. */
    public static List<TopicAccess> ofAllServices() {
        return List.of(
                new TopicAccess(
                        "manifest-service",
                        List.of(Topic.SUBMISSIONS),
                        List.of(Topic.SUBMISSIONS, Topic.MANIFESTS, Topic.CONTROLS)),
                new TopicAccess(
                        "policy-service",
                        List.of(Topic.MANIFESTS, Topic.RUNS),
                        List.of(Topic.DECISIONS, Topic.GOVERNANCE)),
                new TopicAccess(
                        "scheduler-service",
                        List.of(Topic.DECISIONS, Topic.MANIFESTS, Topic.CONTROLS, Topic.EXECUTIONS, Topic.RUNS),
                        List.of(Topic.SUBMISSIONS, Topic.CONTROLS, Topic.DISPATCHES, Topic.RUNS)),
                new TopicAccess(
                        "runner-gateway", List.of(Topic.DECISIONS, Topic.DISPATCHES), List.of(Topic.EXECUTIONS)),
                new TopicAccess(
                        "ledger-service",
                        Stream.of(Topic.values())
                                .filter(topic -> topic != Topic.CHECKPOINTS)
                                .toList(),
                        List.of(Topic.CHECKPOINTS)));
    }

    /** Names of all topics that it reads: the ledger's are all, and their dead letters. */
    public List<String> readNames() {
        return reads.stream()
                .flatMap(topic -> isLedger()
                        ? Stream.of(topic.topicName(), topic.deadLetterName())
                        : Stream.of(topic.topicName()))
                .sorted()
                .toList();
    }

    /** Names of all topics that it writes: the ledger has no dead letters, as it takes every record as it is. */
    public List<String> writeNames() {
        var names = new ArrayList<String>();
        writes.forEach(topic -> names.add(topic.topicName()));
        if (!isLedger()) {
            reads.forEach(topic -> names.add(topic.deadLetterName()));
        }
        return names.stream().sorted().toList();
    }

    private boolean isLedger() {
        return writes.contains(Topic.CHECKPOINTS);
    }
}
