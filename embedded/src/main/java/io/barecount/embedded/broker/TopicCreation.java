package io.barecount.embedded.broker;

import io.barecount.contracts.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the platform's topics: services never do, and the broker doesn't on the fly. */
public final class TopicCreation {
    private static final int SECONDS_MAX = 60;

    private TopicCreation() {}

    /** All topics and their dead-letter topics; one that exists is left as it is. Waits up to a minute for the broker. */
    public static void createAll(String bootstrapServers) throws InterruptedException, ExecutionException {
        var wait = (int) TimeUnit.SECONDS.toMillis(SECONDS_MAX);
        try (var admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers, "default.api.timeout.ms", wait, "request.timeout.ms", wait))) {
            for (var created : admin.createTopics(topics()).values().values()) {
                try {
                    created.get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Names of all topics, dead letters included. */
    public static List<String> names() {
        return topics().stream().map(NewTopic::name).toList();
    }

    private static List<NewTopic> topics() {
        var topics = new ArrayList<NewTopic>();
        for (var topic : Topic.values()) {
            topics.add(new NewTopic(topic.topicName(), topic.partitions(), (short) 1)
                    .configs(config(topic, topic.maxRecordBytes())));
            if (topic != Topic.CHECKPOINTS) {
                topics.add(new NewTopic(topic.deadLetterName(), 1, (short) 1)
                        .configs(config(topic, Topic.maxDeadLetterBytes())));
            }
        }
        return topics;
    }

    private static Map<String, String> config(Topic topic, int maxBytes) {
        return Map.of(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(topic.retention().toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(maxBytes));
    }
}
