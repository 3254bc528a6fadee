package io.barecount.console.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How long the topics are, and how far behind their readers. Asked often, the cluster is asked once a second. */
@ApplicationScoped
public class TopicOverview {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Brokers brokers;
    private Overview last;
    private long lastAt;

    TopicOverview(Brokers brokers) {
        this.brokers = brokers;
    }

    /** @param begin the first offset that is kept */
    public record Partition(int partition, long begin, long end) {}

    /** @param records that are kept; transactions' markers count as some */
    public record TopicLength(String topic, boolean deadLetters, long records, List<Partition> partitions) {}

    /**
     * @param lag records that the group has not acknowledged yet
     * @param byTopic the same, of each topic that it reads
     */
    public record Group(String group, String state, long lag, Map<String, Long> byTopic) {}

    public record Overview(List<TopicLength> topics, List<Group> groups) {}

    /** @throws ExecutionException if the cluster does not answer */
    public synchronized Overview look() throws InterruptedException, ExecutionException {
        if (last == null || System.nanoTime() - lastAt > FRESH_NANOS) {
            last = ask();
            lastAt = System.nanoTime();
        }
        return last;
    }

    private Overview ask() throws InterruptedException, ExecutionException {
        var all = Brokers.partitions(Brokers.topics());
        var begins = brokers.offsets(all, OffsetSpec.earliest());
        var ends = brokers.offsets(all, OffsetSpec.latest());
        var topics = Brokers.topics().stream()
                .map(topic -> length(topic, begins, ends))
                .toList();
        return new Overview(topics, groups(ends));
    }

    private static TopicLength length(String topic, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        var partitions = Brokers.partitions(topic).stream()
                .map(each -> new Partition(each.partition(), begins.get(each), ends.get(each)))
                .toList();
        var records =
                partitions.stream().mapToLong(each -> each.end() - each.begin()).sum();
        return new TopicLength(topic, topic.endsWith(".dlq"), records, partitions);
    }

    private List<Group> groups(Map<TopicPartition, Long> ends) throws InterruptedException, ExecutionException {
        var listed = brokers.admin().listGroups(ListGroupsOptions.forConsumerGroups()).all().get().stream()
                .collect(Collectors.toMap(GroupListing::groupId, each -> each, (a, b) -> a, TreeMap::new));
        if (listed.isEmpty()) {
            return List.of();
        }
        var committed = brokers.admin()
                .listConsumerGroupOffsets(listed.keySet().stream()
                        .collect(Collectors.toMap(group -> group, group -> new ListConsumerGroupOffsetsSpec())))
                .all()
                .get();
        var groups = new ArrayList<Group>();
        listed.forEach((id, listing) -> {
            var byTopic = lag(committed.get(id), ends);
            if (!byTopic.isEmpty()) {
                var state = listing.groupState().map(Object::toString).orElse("unknown");
                groups.add(new Group(
                        id,
                        state,
                        byTopic.values().stream().mapToLong(each -> each).sum(),
                        byTopic));
            }
        });
        return groups;
    }

    private static Map<String, Long> lag(
            Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> ends) {
        var byTopic = new LinkedHashMap<String, Long>();
        ends.keySet().stream()
                .map(TopicPartition::topic)
                .distinct()
                .filter(topic -> committed.keySet().stream()
                        .anyMatch(each -> each.topic().equals(topic)))
                .sorted()
                .forEach(topic -> byTopic.put(topic, 0L));
        committed.forEach((partition, offset) -> {
            if (offset != null && ends.containsKey(partition)) {
                byTopic.merge(partition.topic(), Math.max(0, ends.get(partition) - offset.offset()), Long::sum);
            }
        });
        return byTopic;
    }
}
