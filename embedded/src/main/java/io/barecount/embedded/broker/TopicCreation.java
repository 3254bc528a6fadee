package io.barecount.embedded.broker;

import io.barecount.contracts.Topic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the platform's topics: services never do, and the broker doesn't on the fly. */
public final class TopicCreation {
    private static final int SECONDS_MAX = 60;

    private TopicCreation() {}

    /** Waits up to a minute until so many brokers have found each other. */
    public static void awaitBrokers(String bootstrapServers, int brokers)
            throws InterruptedException, ExecutionException {
        var wait = (int) TimeUnit.SECONDS.toMillis(SECONDS_MAX);
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        try (var admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers, "default.api.timeout.ms", wait, "request.timeout.ms", wait))) {
            int found;
            while ((found = admin.describeCluster().nodes().get().size()) < brokers) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException(found + " of " + brokers + " brokers came within " + SECONDS_MAX
                            + " s; their logs say why");
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

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
            var topics = Topic.layouts(replicas);
            var newTopics = topics.stream().map(TopicCreation::newTopic).toList();
            for (var created : admin.createTopics(newTopics).values().values()) {
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
    private static List<String> differencesOnceKnown(Admin admin, List<Topic.Layout> topics)
            throws InterruptedException, ExecutionException {
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (true) {
            var differences = TopicDifferences.of(admin, topics);
            if (differences.stream().noneMatch(TopicDifferences.Difference::isMissing) || System.nanoTime() > until) {
                return differences.stream()
                        .map(TopicDifferences.Difference::toString)
                        .toList();
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Names of all topics, dead letters included. */
    public static List<String> names() {
        return Topic.layouts(1).stream().map(Topic.Layout::name).toList();
    }

    private static NewTopic newTopic(Topic.Layout layout) {
        return new NewTopic(layout.name(), layout.partitions(), (short) layout.replicas()).configs(layout.settings());
    }
}
