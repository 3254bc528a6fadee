package io.barecount.embedded.platform;

import io.barecount.embedded.broker.Broker;
import io.barecount.embedded.broker.TopicCreation;
import io.barecount.embedded.postgres.OwnSession;
import io.barecount.embedded.postgres.Postgres;
import io.barecount.embedded.postgres.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Broker, PostgreSQL and any number of processes of one service, without the rest of the platform and without anybody who starts them
 * again: for measuring, and for killing.
 */
public final class ServiceAlone implements AutoCloseable {
    private static final Duration READY_MAX = Duration.ofMinutes(2);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final String service;
    private final DataDirectory data;
    private final Installation installation;
    private final Ports ports;
    private final int brokerPort;
    private final int postgresPort;
    private final List<Instance> instances = new ArrayList<>();
    private final PlatformState.Database database;
    private Process broker;
    private Postgres postgres;

    /** A process of the service. */
    public record Instance(String name, Process process, String address) {
        /** Whether it takes part, or could at once. */
        public boolean isReady() {
            return Health.isUp(address + "/q/health/ready");
        }
    }

    /** @param home the project's directory, where the built programs lie */
    public ServiceAlone(String service, Path home, DataDirectory data)
            throws IOException, InterruptedException, ExecutionException, SQLException {
        this.service = service;
        this.data = data;
        installation = new Installation(home, Shape.SINGLE);
        Seed.plant(data, home);
        ports = new Ports(data.run().resolve("ports.json"));
        brokerPort = ports.of(Platform.BROKER);
        postgresPort = ports.of("postgres");
        var name = Platform.database(service);
        database = new PlatformState.Database(
                name,
                "jdbc:postgresql://127.0.0.1:" + postgresPort + "/" + name,
                name,
                data.secrets().resolve(service + ".db-password").toString());
        try {
            startBroker();
            TopicCreation.createAll(bootstrapServers());
            startPostgres();
            Platform.createDatabase(postgres, data, service, Secrets.readOrCreate(Path.of(database.passwordFile())));
        } catch (IOException | InterruptedException | ExecutionException | SQLException e) {
            close();
            throw e;
        }
    }

    public DataDirectory data() {
        return data;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + brokerPort;
    }

    /** To the service's database, as the superuser. */
    public Connection connect() throws SQLException {
        return postgres.connect(database.name());
    }

    public void startBroker() throws IOException {
        var node = new Broker.Node(1, data.kafka(1), brokerPort, ports.of("broker-controller"));
        var cluster = Broker.Cluster.of(Platform.clusterId(data), List.of(node));
        broker = launch(Platform.BROKER, installation.broker(node, cluster), Map.of(), data.root());
    }

    public void startPostgres() throws IOException, InterruptedException {
        postgres = Postgres.start(
                new Postgres.Places(
                        data.postgres(),
                        data.root().resolve("postgres-binaries"),
                        data.secrets().resolve("postgres.password"),
                        data.logs().resolve("postgres.log")),
                postgresPort);
    }

    /** Returns at once; the same name means the same port and the same log. */
    public Instance start(String name, Map<String, String> more) throws IOException {
        var address = "http://127.0.0.1:" + ports.of(name);
        var all = new HashMap<>(
                new Environment(data, Map.of(Platform.BROKER, bootstrapServers(), service, address), List.of(database))
                        .ofService(service, name, address));
        all.putAll(more);
        var process = launch(name, installation.service(service), all, installation.serviceDirectory(service));
        var instance = new Instance(name, process, address);
        instances.removeIf(each -> each.name().equals(name));
        instances.add(instance);
        return instance;
    }

    public static void awaitReady(Instance instance) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + READY_MAX.toNanos();
        while (!instance.isReady()) {
            if (!instance.process().isAlive() || System.nanoTime() > deadline) {
                throw new IOException(instance.name() + " did not become ready; its log is in the folder logs");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    public void killBroker() throws InterruptedException {
        broker.destroyForcibly().waitFor();
    }

    /** The postmaster alone, as a crash of the server would: its children notice and end. */
    public void killPostgres() throws InterruptedException {
        var children = postgres.process().descendants().toList();
        postgres.process().destroyForcibly().waitFor();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private Process launch(String name, List<String> command, Map<String, String> environment, Path directory)
            throws IOException {
        var builder = new ProcessBuilder(OwnSession.command(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.logs().resolve(name + ".log").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    @Override
    public void close() {
        instances.forEach(instance -> instance.process().destroy());
        instances.forEach(instance -> end(instance.process()));
        if (postgres != null) {
            postgres.close();
        }
        if (broker != null) {
            broker.destroy();
            end(broker);
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
