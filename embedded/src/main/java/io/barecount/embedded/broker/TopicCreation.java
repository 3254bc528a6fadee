package io.barecount.embedded.broker;

import io.barecount.contracts.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the platform's topics: services never do, and the broker doesn't on the fly. */
public final class TopicCreation {
    private static final int SECONDS_MAX = 60;

    private TopicCreation() {}

    /** As {@link #createAll(String, short)}, on a broker that is the only one; what exists is taken as it is. */
    public static void createAll(String bootstrapServers) throws InterruptedException, ExecutionException {
        createAll(bootstrapServers, (short) 1);
    }

    /**
     * All topics and their dead-letter topics; one that exists is left as it is. Waits up to a minute for the broker.
     *
     * @param replicas of each partition; a record is acknowledged when all but one of them have it
     * @return what of a topic is not as the platform needs it, and what to do about it
     */
    public static List<String> createAll(String bootstrapServers, short replicas)
            throws InterruptedException, ExecutionException {
        var wait = (int) TimeUnit.SECONDS.toMillis(SECONDS_MAX);
        try (var admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers, "default.api.timeout.ms", wait, "request.timeout.ms", wait))) {
            var topics = topics(replicas);
            for (var created : admin.createTopics(topics).values().values()) {
                try {
                    created.get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw e;
                    }
                }
            }
            return differencesOnceKnown(admin, topics);
        }
    }

    /** A broker may not have heard yet of what another, or its own controller, has just made. */
    private static List<String> differencesOnceKnown(Admin admin, List<NewTopic> topics)
            throws InterruptedException, ExecutionException {
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (true) {
            try {
                return differences(admin, topics);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > until) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private static List<String> differences(Admin admin, List<NewTopic> topics)
            throws InterruptedException, ExecutionException {
        var names = topics.stream().map(NewTopic::name).toList();
        var descriptions = admin.describeTopics(names).allTopicNames().get();
        var configs = admin.describeConfigs(names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all()
                .get();
        var differences = new ArrayList<String>();
        for (var topic : topics) {
            var partitions = descriptions.get(topic.name()).partitions();
            if (partitions.size() != topic.numPartitions()) {
                differences.add(
                        "%s has %d partitions, it must have %d: partitions of a living topic can't be changed without breaking the order of its keys, so make it anew"
                                .formatted(topic.name(), partitions.size(), topic.numPartitions()));
            }
            if (partitions.get(0).replicas().size() < topic.replicationFactor()) {
                differences.add(
                        "%s has %d replicas, %d are wanted: reassign its partitions with kafka-reassign-partitions.sh"
                                .formatted(
                                        topic.name(),
                                        partitions.get(0).replicas().size(),
                                        topic.replicationFactor()));
            }
            var config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            topic.configs().forEach((name, wanted) -> {
                var found = config.get(name).value();
                if (!wanted.equals(found)) {
                    differences.add(
                            "%s has %s=%s, it must be %s: kafka-configs.sh --alter --topic %s --add-config %s=%s"
                                    .formatted(topic.name(), name, found, wanted, topic.name(), name, wanted));
                }
            });
        }
        return differences;
    }

    /** Names of all topics, dead letters included. */
    public static List<String> names() {
        return topics((short) 1).stream().map(NewTopic::name).toList();
    }

    private static List<NewTopic> topics(short replicas) {
        var topics = new ArrayList<NewTopic>();
        for (var topic : Topic.values()) {
            topics.add(new NewTopic(topic.topicName(), topic.partitions(), replicas)
                    .configs(config(topic, topic.maxRecordBytes(), replicas)));
            if (topic != Topic.CHECKPOINTS) {
                topics.add(new NewTopic(topic.deadLetterName(), 1, replicas)
                        .configs(config(topic, Topic.maxDeadLetterBytes(), replicas)));
            }
        }
        return topics;
    }

    private static Map<String, String> config(Topic topic, int maxBytes, short replicas) {
        return Map.of(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(topic.retention().toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(maxBytes),
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                Integer.toString(Math.max(1, replicas - 1)));
    }
}
