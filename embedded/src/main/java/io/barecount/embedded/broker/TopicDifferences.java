package io.barecount.embedded.broker;

import io.barecount.contracts.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What of a cluster's topics is not as the platform needs it. */
public final class TopicDifferences {
    /**
     * @param found what there is, in words
     * @param remedy what mends it
     */
    public record Difference(String topic, String found, String remedy) {
        boolean isMissing() {
            return found.equals(MISSING);
        }

        @Override
        public String toString() {
            return topic + " " + found + ": " + remedy;
        }
    }

    private static final String MISSING = "is missing";

    private TopicDifferences() {}

    /** @param wanted with fewer replicas than there are being no difference */
    public static List<Difference> of(Admin admin, List<Topic.Layout> wanted)
            throws InterruptedException, ExecutionException {
        var names = wanted.stream().map(Topic.Layout::name).toList();
        var descriptions = known(admin.describeTopics(names).topicNameValues());
        var settings = known(admin.describeConfigs(descriptions.keySet().stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .values());
        var differences = new ArrayList<Difference>();
        for (var topic : wanted) {
            var description = descriptions.get(topic.name());
            var config = settings.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            if (description == null || config == null) {
                differences.add(new Difference(
                        topic.name(),
                        MISSING,
                        "./barecount deploy topics makes it, or kafka.strimzi of the Helm chart"));
            } else {
                compare(topic, description, differences);
                compare(topic, config, differences);
            }
        }
        return differences;
    }

    private static <K, V> Map<K, V> known(Map<K, KafkaFuture<V>> answers)
            throws InterruptedException, ExecutionException {
        var known = new HashMap<K, V>();
        for (var answer : answers.entrySet()) {
            try {
                known.put(answer.getKey(), answer.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return known;
    }

    private static void compare(Topic.Layout topic, TopicDescription found, List<Difference> differences) {
        var partitions = found.partitions();
        if (partitions.size() != topic.partitions()) {
            differences.add(
                    new Difference(
                            topic.name(),
                            "has %d partitions, it must have %d".formatted(partitions.size(), topic.partitions()),
                            "partitions of a living topic can't be changed without breaking the order of its keys, so make it anew"));
        }
        var replicas =
                partitions.stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
        if (replicas < topic.replicas()) {
            differences.add(new Difference(
                    topic.name(),
                    "has %d replicas, %d are wanted".formatted(replicas, topic.replicas()),
                    "reassign its partitions with kafka-reassign-partitions.sh"));
        }
    }

    private static void compare(Topic.Layout topic, Config found, List<Difference> differences) {
        topic.settings().forEach((name, wanted) -> {
            var value = found.get(name).value();
            if (!wanted.equals(value)) {
                differences.add(new Difference(
                        topic.name(),
                        "has %s=%s, it must be %s".formatted(name, value, wanted),
                        "kafka-configs.sh --alter --topic %s --add-config %s=%s"
                                .formatted(topic.name(), name, wanted)));
            }
        });
    }
}
