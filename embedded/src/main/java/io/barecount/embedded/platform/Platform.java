package io.barecount.embedded.platform;

import io.barecount.embedded.broker.Broker;
import io.barecount.embedded.broker.TopicCreation;
import io.barecount.embedded.postgres.OwnSession;
import io.barecount.embedded.postgres.Postgres;
import io.barecount.embedded.postgres.Secrets;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The whole platform as supervised processes over one data directory: broker and PostgreSQL first, then the services, the console and
 * the agent, all bound to the loopback address.
 */
public final class Platform implements AutoCloseable {
    public static final List<String> SERVICES =
            List.of("manifest-service", "policy-service", "scheduler-service", "runner-gateway", "ledger-service");
    static final String LEDGER = "ledger-service";
    static final String BROKER = "broker";
    private static final String CONSOLE = "console";
    private static final String AGENT = "agent";
    private static final Duration READY_MAX = Duration.ofMinutes(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final Duration SERVERS_OF_CLUSTER_STOP_MAX = Duration.ofSeconds(4);
    private static final Duration ABANDONED_START_MAX = Duration.ofSeconds(15);
    private static final Duration STOP_WRITING_CACHES_MAX = Duration.ofSeconds(180);

    /**
     * @param home the project's directory, where the built programs lie
     * @param port of the front door; null for any free one
     * @param environment additional variables by service
     */
    public record Options(
            Path home,
            DataDirectory data,
            Shape shape,
            Integer port,
            Map<String, Map<String, String>> environment,
            Listener listener) {
        /** One of each. */
        public Options(
                Path home,
                DataDirectory data,
                Integer port,
                Map<String, Map<String, String>> environment,
                Listener listener) {
            this(home, data, Shape.SINGLE, port, environment, listener);
        }
    }

    private final Options options;
    private final DataDirectory data;
    private final Listener listener;
    private final Shape shape;
    private volatile Installation installation;
    private final FileLock lock;
    private final Ports ports;
    private final Map<String, Supervised> children = new LinkedHashMap<>();

    /** Where each process listens. */
    private final Map<String, String> addresses = new ConcurrentHashMap<>();

    /** Where a service is reached, whichever of its instances answers. */
    private final Map<String, String> reached = new ConcurrentHashMap<>();

    private final Map<String, Balancer> balancers = new ConcurrentHashMap<>();
    private final List<PlatformState.Database> databases = new ArrayList<>();
    private Postgres postgres;
    private boolean writesCaches;
    private volatile boolean ready;
    private volatile boolean closed;
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private final Thread stopAtExit = new Thread(this::close, "stop the platform");

    private Platform(Options options, Installation installation, FileLock lock) throws IOException {
        this.options = options;
        this.data = options.data();
        this.listener = options.listener();
        this.shape = options.shape();
        this.installation = installation;
        this.lock = lock;
        this.ports = new Ports(data.run().resolve("ports.json"));
    }

    /**
     * Returns when all is healthy.
     *
     * @throws AlreadyRunning if a platform runs over this data directory
     * @throws IOException if something can't be started; what was started is stopped again
     */
    public static Platform start(Options options) throws IOException, InterruptedException {
        var data = options.data();
        data.create();
        var channel = FileChannel.open(data.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new AlreadyRunning(PlatformState.read(data).orElse(null));
        }
        var platform = new Platform(options, new Installation(options.home(), options.shape()), lock);
        // From the first process on: whoever interrupts the start leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(platform.stopAtExit);
        try {
            platform.startAll();
            platform.startEnded.countDown();
            return platform;
        } catch (IOException | InterruptedException | RuntimeException e) {
            platform.startEnded.countDown();
            platform.close();
            throw e;
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisJvm) {
            return null;
        }
    }

    /** A platform runs over the data directory already. */
    public static final class AlreadyRunning extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient PlatformState state;

        AlreadyRunning(PlatformState state) {
            super("a platform runs over this data directory already");
            this.state = state;
        }

        /** What runs; null while it is only starting. */
        public PlatformState state() {
            return state;
        }
    }

    private void startAll() throws IOException, InterruptedException {
        for (var ended : Leftovers.end(data)) {
            listener.said("ended " + ended + ", left over from a platform that was killed");
        }
        shape.requireFits(data);
        Seed.plant(data, installation.home());
        writesCaches = installation.willWriteCaches(SERVICES);
        try (var parallel = Executors.newVirtualThreadPerTaskExecutor()) {
            var brokers = parallel.submit(this::startBrokers);
            var database = parallel.submit(this::startPostgres);
            await(brokers);
            await(database);
            startServices(parallel);
        }
        ready = true;
        saveState();
    }

    private Void startBrokers() throws IOException, InterruptedException, ExecutionException {
        var nodes = new ArrayList<Broker.Node>();
        for (var name : shape.brokerNames()) {
            var node = new Broker.Node(
                    nodes.size() + 1, data.kafka(nodes.size() + 1), ports.of(name), ports.of(name + "-controller"));
            addresses.put(name, "127.0.0.1:" + node.port());
            nodes.add(node);
        }
        var bootstrap = shape.brokerNames().stream().map(addresses::get).collect(Collectors.joining(","));
        reached.put(BROKER, bootstrap);
        var cluster = Broker.Cluster.of(clusterId(data), nodes);
        for (var node : nodes) {
            var name = shape.brokerNames().get(node.id() - 1);
            start(
                    name,
                    () -> launch(name, installation.broker(node, cluster), Map.of(), data.root()),
                    Supervised.Probes.NONE);
        }
        TopicCreation.awaitBrokers(bootstrap, shape.brokers());
        TopicCreation.createAll(bootstrap, (short) shape.brokers());
        listener.said((shape.brokers() == 1 ? "broker" : shape.brokers() + " brokers") + " ready on " + bootstrap);
        return null;
    }

    static String clusterId(DataDirectory data) throws IOException {
        if (!Files.exists(data.kafkaCluster())) {
            Files.writeString(data.kafkaCluster(), Broker.Cluster.newId());
        }
        return Files.readString(data.kafkaCluster()).strip();
    }

    private Void startPostgres() throws IOException, InterruptedException, SQLException {
        var port = ports.of("postgres");
        var places = new Postgres.Places(
                data.postgres(),
                data.root().resolve("postgres-binaries"),
                data.secrets().resolve("postgres.password"),
                log("postgres"));
        addresses.put("postgres", "127.0.0.1:" + port);
        start(
                "postgres",
                () -> {
                    postgres = Postgres.start(places, port);
                    return postgres.process();
                },
                Supervised.Probes.NONE);
        for (var service : SERVICES) {
            var passwordFile = data.secrets().resolve(service + ".db-password");
            createDatabase(postgres, data, service, Secrets.readOrCreate(passwordFile));
            databases.add(new PlatformState.Database(
                    database(service), postgres.url(database(service)), database(service), passwordFile.toString()));
        }
        listener.said("PostgreSQL ready on 127.0.0.1:" + port);
        return null;
    }

    /** The ledger's own role may add to its log, and no more. */
    static void createDatabase(Postgres postgres, DataDirectory data, String service, String password)
            throws IOException, SQLException {
        if (LEDGER.equals(service)) {
            postgres.createDatabase(database(service), password, Secrets.readOrCreate(data.ownerPassword(service)));
        } else {
            postgres.createDatabase(database(service), password);
        }
    }

    static String database(String service) {
        return service.replace("-service", "").replace('-', '_');
    }

    private void startServices(ExecutorService parallel) throws IOException, InterruptedException {
        for (var service : SERVICES) {
            open(service, null);
        }
        open(CONSOLE, options.port());
        addresses.put(AGENT, "http://127.0.0.1:" + ports.of(AGENT));
        reached.put(AGENT, addresses.get(AGENT));
        var environment = new Environment(data, reached, databases);
        if (!Environment.canIsolate()) {
            listener.said(
                    "WARNING: this machine allows no network namespaces: workloads whose boundary has no egress run"
                            + " unisolated, and their evidence says \"configured, not observed\"");
        }
        var starting = new ArrayList<Future<Void>>();
        for (var service : SERVICES) {
            for (var instance : shape.instancesOf(service)) {
                starting.add(parallel.submit(() -> startService(
                        service, instance, environment.ofService(service, instance, addresses.get(instance)))));
            }
        }
        for (var instance : shape.instancesOf(CONSOLE)) {
            starting.add(parallel.submit(
                    () -> startService(CONSOLE, instance, environment.ofConsole(addresses.get(instance)))));
        }
        starting.add(parallel.submit(() -> startAgent(environment.ofAgent())));
        for (var start : starting) {
            await(start);
        }
    }

    /** Gives a service its address: its instance's own, or a balancer's before several. */
    private void open(String service, Integer port) throws IOException {
        var instances = shape.instancesOf(service);
        if (instances.size() == 1) {
            var own = port == null ? ports.of(service) : ports.require(service, port);
            addresses.put(service, "http://127.0.0.1:" + own);
            reached.put(service, addresses.get(service));
            return;
        }
        var targets = new ArrayList<Integer>();
        for (var instance : instances) {
            targets.add(ports.of(instance));
            addresses.put(instance, "http://127.0.0.1:" + targets.get(targets.size() - 1));
        }
        var name = service + "-balancer";
        var own = port == null ? ports.of(name) : ports.require(name, port);
        balancers.put(service, Balancer.open(own, targets));
        reached.put(service, "http://127.0.0.1:" + own);
    }

    private Void startService(String service, String instance, Map<String, String> environment) throws Exception {
        var all = new HashMap<>(environment);
        all.putAll(options.environment().getOrDefault(service, Map.of()));
        var health = addresses.get(instance) + "/q/health";
        var child = start(
                instance,
                () -> launch(instance, installation.service(service), all, installation.serviceDirectory(service)),
                new Supervised.Probes(() -> Health.isUp(health + "/ready"), () -> Health.isUp(health + "/live")));
        child.awaitReady(READY_MAX);
        listener.said(instance + " ready on " + addresses.get(instance));
        return null;
    }

    private Void startAgent(Map<String, String> environment) throws Exception {
        var all = new HashMap<>(environment);
        all.putAll(options.environment().getOrDefault(AGENT, Map.of()));
        var health = addresses.get(AGENT) + "/health";
        var child = start(
                AGENT,
                () -> launch(AGENT, installation.agent(), all, data.agent()),
                new Supervised.Probes(() -> Health.isUp(health), () -> true));
        child.awaitReady(READY_MAX);
        listener.said("agent ready");
        return null;
    }

    /**
     * Replaces the services and the console by those that are built there, one instance at a time, while the others go on; returns when
     * the last is ready. Brokers, database and agent stay.
     *
     * @throws TimeoutException if a new instance does not become ready: then it is the last that was touched
     */
    public void roll(Path home) throws IOException, InterruptedException, TimeoutException {
        installation = new Installation(home, shape);
        for (var service : Stream.concat(SERVICES.stream(), Stream.of(CONSOLE)).toList()) {
            for (var instance : shape.instancesOf(service)) {
                roll(service, instance);
            }
        }
    }

    private void roll(String service, String instance) throws IOException, InterruptedException, TimeoutException {
        var began = System.nanoTime();
        var port = Environment.portOf(addresses.get(instance));
        var balancer = balancers.get(service);
        Supervised child;
        synchronized (children) {
            child = children.get(instance);
        }
        if (balancer != null) {
            balancer.drain(Integer.parseInt(port));
        }
        child.replace(STOP_MAX);
        var stopped = System.nanoTime();
        child.awaitReady(READY_MAX);
        if (balancer != null) {
            balancer.resume(Integer.parseInt(port));
        }
        listener.said("%s replaced: stopped in %.1f s, ready again after %.1f s"
                .formatted(instance, (stopped - began) / 1e9, (System.nanoTime() - stopped) / 1e9));
    }

    private Supervised start(String name, Supervised.Starter starter, Supervised.Probes probes)
            throws IOException, InterruptedException {
        var child = new Supervised(name, starter, probes, listener, this::saveStateQuietly);
        synchronized (children) {
            children.put(name, child);
        }
        child.start();
        if (closed) {
            // Stopped meanwhile, perhaps without having seen this one.
            child.terminate();
            child.awaitEnd(STOP_MAX);
            throw new IOException("the platform was stopped while " + name + " was starting");
        }
        return child;
    }

    private Process launch(String name, List<String> command, Map<String, String> environment, Path directory)
            throws IOException {
        var builder = new ProcessBuilder(OwnSession.command(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Path log(String name) {
        return data.logs().resolve(name + ".log");
    }

    private static void await(Future<Void> start) throws IOException, InterruptedException {
        try {
            start.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void saveStateQuietly() {
        try {
            saveState();
        } catch (IOException e) {
            listener.said("the state file could not be written: " + e.getMessage());
        }
    }

    private void saveState() throws IOException {
        if (!closed) {
            state().write(data);
        }
    }

    public PlatformState state() throws IOException {
        var running = new ArrayList<PlatformState.Running>();
        synchronized (children) {
            for (var child : children.values()) {
                if (child.process() != null) {
                    running.add(PlatformState.Running.of(
                            child.name(),
                            child.process().toHandle(),
                            addresses.get(child.name()),
                            child.restarts(),
                            log(child.name())));
                }
            }
        }
        return new PlatformState(
                PlatformState.Running.of("supervisor", ProcessHandle.current(), null, 0, null),
                ready,
                reached.get(CONSOLE),
                reached.get(BROKER),
                running,
                List.copyOf(databases),
                TopicCreation.names(),
                Seed.keys(data));
    }

    /** As the superuser: for tests and benchmarks. */
    public Postgres postgres() {
        return postgres;
    }

    /** Stops the services, then the servers they need; returns when nothing is left running. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (writesCaches && ready) {
            listener.said("stopping, and writing start-up caches (once: the next start is quicker)");
        }
        var most = writesCaches ? STOP_WRITING_CACHES_MAX : STOP_MAX;
        List<Supervised> all;
        synchronized (children) {
            all = List.copyOf(children.values());
        }
        all.forEach(Supervised::expectEnd);
        var servers = all.stream()
                .filter(c -> shape.brokerNames().contains(c.name()) || "postgres".equals(c.name()))
                .toList();
        listener.said("stopping");
        var services = all.stream().filter(c -> !servers.contains(c)).toList();
        services.forEach(Supervised::terminate);
        services.forEach(child -> child.awaitEnd(most));
        for (var server : servers) {
            if ("postgres".equals(server.name()) && server.process() != null) {
                Postgres.interrupt(server.process().toHandle());
            } else {
                server.terminate();
            }
        }
        // The last brokers of a cluster have no quorum any more that could tell them to go: what they hold is kept by a
        // kill too.
        servers.forEach(server -> server.awaitEnd(shape.brokers() == 1 ? most : SERVERS_OF_CLUSTER_STOP_MAX));
        balancers.values().forEach(this::close);
        awaitAbandonedStart();
        try {
            Runtime.getRuntime().removeShutdownHook(stopAtExit);
        } catch (IllegalStateException jvmIsStopping) {
            // this is the hook, or another one that came first
        }
        try {
            Files.deleteIfExists(data.state());
            lock.acquiredBy().close();
        } catch (IOException e) {
            listener.said("the lock could not be released: " + e.getMessage());
        }
    }

    private void close(Balancer balancer) {
        try {
            balancer.close();
        } catch (IOException e) {
            listener.said("a balancer could not be closed: " + e.getMessage());
        }
    }

    /** A start that is still under way may be about to start one more process; it sees that it was stopped, and ends it. */
    private void awaitAbandonedStart() {
        try {
            startEnded.await(ABANDONED_START_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
