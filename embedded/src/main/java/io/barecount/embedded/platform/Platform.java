package io.barecount.embedded.platform;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The whole platform as supervised processes over one data directory: broker and PostgreSQL first, then the services, the console and
 * the agent, all bound to the loopback address.
 */
public final class Platform implements AutoCloseable {
    public static final List<String> SERVICES =
            List.of("manifest-service", "policy-service", "scheduler-service", "runner-gateway", "ledger-service");
    static final String LEDGER = "ledger-service";
    private static final String CONSOLE = "console";
    private static final String AGENT = "agent";
    private static final Duration READY_MAX = Duration.ofMinutes(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
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
            Integer port,
            Map<String, Map<String, String>> environment,
            Listener listener) {}

    private final Options options;
    private final DataDirectory data;
    private final Listener listener;
    private final Installation installation;
    private final FileLock lock;
    private final Ports ports;
    private final Map<String, Supervised> children = new LinkedHashMap<>();
    private final Map<String, String> addresses = new HashMap<>();
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
        var platform = new Platform(options, new Installation(options.home()), lock);
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
        Seed.plant(data, installation.home());
        writesCaches = installation.willWriteCaches(SERVICES);
        var brokerPort = ports.of("broker");
        addresses.put("broker", "127.0.0.1:" + brokerPort);
        try (var parallel = Executors.newVirtualThreadPerTaskExecutor()) {
            var broker = parallel.submit(() -> startBroker(brokerPort));
            var database = parallel.submit(this::startPostgres);
            await(broker);
            await(database);
            startServices(parallel);
        }
        ready = true;
        saveState();
    }

    private Void startBroker(int port) throws IOException, InterruptedException, ExecutionException {
        var command = installation.broker(data.kafka(), port, ports.of("broker-controller"));
        start("broker", () -> launch("broker", command, Map.of(), data.root()), Supervised.Probes.NONE);
        TopicCreation.createAll("127.0.0.1:" + port);
        listener.said("broker ready on 127.0.0.1:" + port);
        return null;
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
            createDatabase(service, Secrets.readOrCreate(passwordFile));
            databases.add(new PlatformState.Database(
                    database(service), postgres.url(database(service)), database(service), passwordFile.toString()));
        }
        listener.said("PostgreSQL ready on 127.0.0.1:" + port);
        return null;
    }

    /** The ledger's own role may add to its log, and no more. */
    private void createDatabase(String service, String password) throws IOException, SQLException {
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
            addresses.put(service, "http://127.0.0.1:" + ports.of(service));
        }
        addresses.put(
                CONSOLE,
                "http://127.0.0.1:"
                        + (options.port() == null ? ports.of(CONSOLE) : ports.require(CONSOLE, options.port())));
        addresses.put(AGENT, "http://127.0.0.1:" + ports.of(AGENT));
        var environment = new Environment(data, addresses, databases);
        if (!Environment.canIsolate()) {
            listener.said(
                    "WARNING: this machine allows no network namespaces: workloads whose boundary has no egress run"
                            + " unisolated, and their evidence says \"configured, not observed\"");
        }
        var starting = new ArrayList<Future<Void>>();
        for (var service : SERVICES) {
            starting.add(parallel.submit(() -> startService(service, environment.ofService(service))));
        }
        starting.add(parallel.submit(() -> startService(CONSOLE, environment.ofConsole())));
        starting.add(parallel.submit(() -> startAgent(environment.ofAgent())));
        for (var start : starting) {
            await(start);
        }
    }

    private Void startService(String service, Map<String, String> environment) throws Exception {
        var all = new HashMap<>(environment);
        all.putAll(options.environment().getOrDefault(service, Map.of()));
        var directory = installation.serviceDirectory(service);
        var health = addresses.get(service) + "/q/health";
        var child = start(
                service,
                () -> launch(service, installation.service(service), all, directory),
                new Supervised.Probes(() -> Health.isUp(health + "/ready"), () -> Health.isUp(health + "/live")));
        child.awaitReady(READY_MAX);
        listener.said(service + " ready on " + addresses.get(service));
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
                addresses.get(CONSOLE),
                addresses.get("broker"),
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
                .filter(c -> "broker".equals(c.name()) || "postgres".equals(c.name()))
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
        servers.forEach(server -> server.awaitEnd(most));
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

    /** A start that is still under way may be about to start one more process; it sees that it was stopped, and ends it. */
    private void awaitAbandonedStart() {
        try {
            startEnded.await(ABANDONED_START_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
