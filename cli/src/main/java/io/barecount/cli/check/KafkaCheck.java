package io.barecount.cli.check;

import io.barecount.contracts.Topic;
import io.barecount.contracts.TopicAccess;
import io.barecount.embedded.broker.TopicDifferences;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** The cluster, the topics, and who reads them. */
final class KafkaCheck {
    private static final int ANSWER_SECONDS_MAX = 10;

    private final Site site;
    private final List<Finding> findings = new ArrayList<>();

    KafkaCheck(Site site) {
        this.site = site;
    }

    List<Finding> findings() throws InterruptedException {
        var settings = new HashMap<>(site.kafka());
        var wait = (int) TimeUnit.SECONDS.toMillis(ANSWER_SECONDS_MAX);
        settings.put("default.api.timeout.ms", wait);
        settings.put("request.timeout.ms", wait);
        try (var admin = Admin.create(settings)) {
            brokers(admin);
            topics(admin);
            readers(admin);
        } catch (ExecutionException | RuntimeException e) {
            var cause = e instanceof ExecutionException ? e.getCause() : e;
            findings.add(
                    Finding.wrong(
                            "kafka",
                            "no answer from " + site.kafka().get("bootstrap.servers") + ": " + cause.getMessage(),
                            "see whether the address is right and reached from here, and what --kafka-config says of TLS and SASL"));
        }
        return findings;
    }

    private void brokers(Admin admin) throws InterruptedException, ExecutionException {
        var nodes = admin.describeCluster().nodes().get();
        if (nodes.size() < site.replicas()) {
            findings.add(Finding.wrong(
                    "kafka",
                    nodes.size() + " brokers are up, " + site.replicas() + " hold each partition",
                    "start the others, or say with --replicas how many there are to be"));
        } else {
            findings.add(Finding.ok("kafka", nodes.size() + " brokers answer"));
        }
        if (site.replicas() < 3) {
            findings.add(Finding.warning(
                    "kafka",
                    "each record is on " + site.replicas() + " broker" + (site.replicas() == 1 ? "" : "s")
                            + ": losing a disk loses what was accepted",
                    "three brokers and three replicas in production"));
        }
    }

    private void topics(Admin admin) throws InterruptedException, ExecutionException {
        var wanted = Topic.layouts(site.replicas());
        var differences = TopicDifferences.of(admin, wanted);
        differences.forEach(difference -> findings.add(
                Finding.wrong("topics", difference.topic() + " " + difference.found(), difference.remedy())));
        if (differences.isEmpty()) {
            findings.add(Finding.ok("topics", wanted.size() + " topics are as the code wants them"));
        }
        var missing =
                differences.stream().map(TopicDifferences.Difference::topic).toList();
        var known = wanted.stream()
                .map(Topic.Layout::name)
                .filter(topic -> !missing.contains(topic))
                .toList();
        var behind = admin.describeTopics(known).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .filter(partition ->
                                partition.isr().size() < partition.replicas().size())
                        .map(partition -> topic.name() + "-" + partition.partition()))
                .sorted()
                .toList();
        if (!behind.isEmpty()) {
            findings.add(Finding.warning(
                    "topics",
                    behind.size() + " partitions are not on all their replicas: " + shortened(behind),
                    "see which broker is away or slow; with one more lost, nothing is accepted until it is back"));
        }
        deadLetters(admin, known);
    }

    private void deadLetters(Admin admin, List<String> known) throws InterruptedException, ExecutionException {
        var topics = known.stream().filter(topic -> topic.endsWith(".dlq")).toList();
        var partitions =
                topics.stream().map(topic -> new TopicPartition(topic, 0)).toList();
        var ends = offsets(admin, partitions, OffsetSpec.latest());
        var begins = offsets(admin, partitions, OffsetSpec.earliest());
        partitions.forEach(partition -> {
            var letters = ends.get(partition) - begins.get(partition);
            if (letters > 0) {
                findings.add(Finding.warning(
                        "topics",
                        partition.topic() + " holds " + letters + " records that could not be processed",
                        "read them: the headers dead-letter-* say why"));
            }
        });
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec spec)
            throws InterruptedException, ExecutionException {
        return admin
                .listOffsets(partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec)))
                .all()
                .get()
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> offset(entry.getValue())));
    }

    private static long offset(ListOffsetsResultInfo info) {
        return info.offset();
    }

    private void readers(Admin admin) throws InterruptedException, ExecutionException {
        for (var access : TopicAccess.ofAllServices()) {
            try {
                reader(admin, access);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw e;
                }
                findings.add(nobody(access));
            }
        }
    }

    private static Finding nobody(TopicAccess access) {
        return Finding.wrong(
                "kafka",
                "nobody is in the consumer group " + access.service() + ": no instance of it reads",
                "start " + access.service() + "; its log says what keeps it from joining");
    }

    private void reader(Admin admin, TopicAccess access) throws InterruptedException, ExecutionException {
        var group = admin.describeConsumerGroups(List.of(access.service()))
                .all()
                .get()
                .get(access.service());
        if (group.groupState() == GroupState.DEAD || group.members().isEmpty()) {
            findings.add(nobody(access));
            return;
        }
        var committed = admin.listConsumerGroupOffsets(access.service())
                .partitionsToOffsetAndMetadata()
                .get();
        var ends = offsets(admin, List.copyOf(committed.keySet()), OffsetSpec.latest());
        var lag = committed.entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .mapToLong(entry ->
                        Math.max(0, ends.get(entry.getKey()) - entry.getValue().offset()))
                .sum();
        findings.add(Finding.ok(
                "kafka",
                "%s reads with %d consumers, %d records behind"
                        .formatted(access.service(), group.members().size(), lag)));
    }

    private static String shortened(List<String> names) {
        return names.size() <= 4
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
    }
}
