package io.barecount.embedded.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A single Apache Kafka node (KRaft: broker and controller in one), bound to the loopback address. Formatted at its first start; what it
 * holds survives restarts and kills.
 */
public final class Broker implements AutoCloseable {
    private static final String CONTROLLER = "CONTROLLER";
    private final KafkaRaftServer server;

    private Broker(KafkaRaftServer server) {
        this.server = server;
    }

    /** Returns when the node accepts requests. */
    public static Broker start(Path directory, int port, int controllerPort) throws Exception {
        Files.createDirectories(directory);
        var config = config(directory, port, controllerPort);
        if (!Files.exists(directory.resolve("meta.properties"))) {
            new Formatter()
                    .setNodeId(1)
                    .setClusterId(Uuid.randomUuid().toString())
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

    private static Properties config(Path directory, int port, int controllerPort) {
        var settings = new HashMap<String, Object>(Map.of(
                "node.id",
                "1",
                "process.roles",
                "broker,controller",
                "controller.quorum.voters",
                "1@127.0.0.1:" + controllerPort,
                "controller.listener.names",
                CONTROLLER,
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:" + port,
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs",
                directory.toString(),
                "auto.create.topics.enable",
                "false",
                "num.partitions",
                "1"));
        settings.putAll(Map.of(
                "offsets.topic.num.partitions", "4",
                "offsets.topic.replication.factor", "1",
                "transaction.state.log.num.partitions", "2",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.num.partitions", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
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

    /** {@code Broker <directory> <port> <controller port>}: runs until SIGTERM. */
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: Broker <directory> <port> <controller port>");
            System.exit(2);
        }
        var broker = start(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
        System.out.println("broker: accepting requests on 127.0.0.1:" + args[1]);
        broker.server.awaitShutdown();
    }
}
