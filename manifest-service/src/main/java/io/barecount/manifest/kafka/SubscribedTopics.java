package io.barecount.manifest.kafka;

import io.barecount.manifest.subscription.Beginning;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What the broker says of topics that pipelines subscribe to. */
final class SubscribedTopics {
    private static final int ANSWER_SECONDS = 10;

    private final Admin admin;

    SubscribedTopics(Admin admin) {
        this.admin = admin;
    }

    /** Of a consumer's, what an admin client takes. */
    static Map<String, Object> settings(Map<String, Object> consumer) {
        var known = AdminClientConfig.configNames();
        return consumer.entrySet().stream()
                .filter(entry -> known.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Those that there are, and that this service may see. */
    Map<String, TopicOnBroker> find(Set<String> names) {
        var found = new HashMap<String, TopicOnBroker>();
        if (names.isEmpty()) {
            return found;
        }
        admin.describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                var topic = description.get(ANSWER_SECONDS, TimeUnit.SECONDS);
                found.put(
                        name,
                        new TopicOnBroker(
                                name,
                                topic.topicId().toString(),
                                topic.partitions().size()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException
                        || e.getCause() instanceof AuthorizationException)) {
                    throw failed(e.getCause());
                }
            } catch (TimeoutException | InterruptedException e) {
                throw failed(e);
            }
        });
        return found;
    }

    Beginning beginning(TopicOnBroker topic) {
        return new Beginning(topic.id(), offsets(topic, OffsetSpec.earliest()), offsets(topic, OffsetSpec.latest()));
    }

    private Map<Integer, Long> offsets(TopicOnBroker topic, OffsetSpec which) {
        var asked = IntStream.range(0, topic.partitions())
                .boxed()
                .collect(
                        Collectors.toMap(partition -> new TopicPartition(topic.name(), partition), partition -> which));
        return answer(admin.listOffsets(asked).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().partition(),
                        entry -> entry.getValue().offset()));
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw failed(e);
        }
    }

    private static KafkaException failed(Throwable cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new KafkaException("the broker did not say what it has of the subscribed topics", cause);
    }
}
