package io.barecount.embedded.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * An Apache Kafka node (KRaft: broker and controller in one), bound to the loopback address; alone, or one of a cluster. Formatted at
 * its first start; what it holds survives restarts and kills.
 */
public final class Broker implements AutoCloseable {
    private static final String CONTROLLER = "CONTROLLER";
    private final KafkaRaftServer server;

    /** Where a node keeps what it holds, and where it listens. */
    public record Node(int id, Path directory, int port, int controllerPort) {
        String address() {
            return "127.0.0.1:" + port;
        }

        String voter() {
            return id + "@127.0.0.1:" + controllerPort;
        }
    }

    /**
     * What the nodes of a cluster have in common.
     *
     * @param id made once; a node that was formatted for another cluster does not start
     * @param voters all nodes, as {@code controller.quorum.voters} has them
     */
    public record Cluster(String id, List<String> voters) {
        public static Cluster of(String id, List<Node> nodes) {
            return new Cluster(id, nodes.stream().map(Node::voter).toList());
        }

        /** An id for {@link #of}. */
        public static String newId() {
            return Uuid.randomUuid().toString();
        }

        /** Of each partition, the internal topics' too. */
        private String replicas() {
            return Integer.toString(voters.size());
        }

        /** So many have a record when it is acknowledged: one node may be lost without a word being lost, or refused. */
        private String inSync() {
            return Integer.toString(Math.max(1, voters.size() - 1));
        }
    }

    private Broker(KafkaRaftServer server) {
        this.server = server;
    }

    /** One that is alone. Returns when it accepts requests. */
    public static Broker start(Path directory, int port, int controllerPort) throws Exception {
        var node = new Node(1, directory, port, controllerPort);
        return start(node, Cluster.of(Cluster.newId(), List.of(node)));
    }

    /** Returns when the node accepts requests: of a cluster, not before most of its nodes are there. */
    public static Broker start(Node node, Cluster cluster) throws Exception {
        var directory = node.directory();
        Files.createDirectories(directory);
        var config = config(node, cluster);
        if (!Files.exists(directory.resolve("meta.properties"))) {
            new Formatter()
                    .setNodeId(node.id())
                    .setClusterId(cluster.id())
                    .setControllerListenerName(CONTROLLER)
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .setIgnoreFormatted(true)
                    .run();
        }
        var server = new KafkaRaftServer(KafkaConfig.fromProps(config), Time.SYSTEM);
        server.startup();
        return new Broker(server);
    }

    private static Properties config(Node node, Cluster cluster) {
        var settings = new HashMap<String, Object>(Map.of(
                "node.id",
                Integer.toString(node.id()),
                "process.roles",
                "broker,controller",
                "controller.quorum.voters",
                String.join(",", cluster.voters()),
                "controller.listener.names",
                CONTROLLER,
                "listeners",
                "PLAINTEXT://" + node.address() + ",CONTROLLER://127.0.0.1:" + node.controllerPort(),
                "advertised.listeners",
                "PLAINTEXT://" + node.address(),
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs",
                node.directory().toString(),
                "auto.create.topics.enable",
                "false",
                "num.partitions",
                "1"));
        settings.putAll(Map.of(
                "offsets.topic.num.partitions", "4",
                "offsets.topic.replication.factor", cluster.replicas(),
                "transaction.state.log.num.partitions", "2",
                "transaction.state.log.replication.factor", cluster.replicas(),
                "transaction.state.log.min.isr", cluster.inSync(),
                "share.coordinator.state.topic.num.partitions", "1",
                "share.coordinator.state.topic.replication.factor", cluster.replicas(),
                "share.coordinator.state.topic.min.isr", cluster.inSync(),
                "min.insync.replicas", cluster.inSync(),
                "group.initial.rebalance.delay.ms", "0"));
        settings.putAll(Map.of(
                "log.segment.bytes", Integer.toString(64 << 20),
                "log.index.size.max.bytes", Integer.toString(1 << 20),
                "num.recovery.threads.per.data.dir", "2",
                "log.cleaner.dedupe.buffer.size", "2097152",
                "message.max.bytes", Integer.toString(4 << 20),
                "num.network.threads", "2",
                "num.io.threads", "4",
                "background.threads", "2"));
        settings.putAll(Map.of(
                // After a kill the controller lets the broker in again only when its old session has ended (9 s by
                // default).
                "broker.session.timeout.ms", "3000",
                "broker.heartbeat.interval.ms", "300",
                "offsets.retention.minutes", Integer.toString(60 * 24 * 30)));
        var properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    /** As {@link #main} takes them. */
    public static List<String> arguments(Node node, Cluster cluster) {
        return List.of(
                Integer.toString(node.id()),
                node.directory().toString(),
                Integer.toString(node.port()),
                Integer.toString(node.controllerPort()),
                cluster.id(),
                String.join(",", cluster.voters()));
    }

    /** Runs until SIGTERM. */
    public static void main(String[] args) throws Exception {
        if (args.length != 6) {
            System.err.println("usage: Broker <id> <directory> <port> <controller port> <cluster> <voters>");
            System.exit(2);
        }
        var node = new Node(
                Integer.parseInt(args[0]), Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        var broker = start(node, new Cluster(args[4], List.of(args[5].split(","))));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
        System.out.println("broker: accepting requests on " + node.address());
        broker.server.awaitShutdown();
    }
}
