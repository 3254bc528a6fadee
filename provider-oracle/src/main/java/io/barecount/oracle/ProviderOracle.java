package io.barecount.oracle;

import com.sun.net.httpserver.HttpServer;
import io.barecount.oracle.Execution.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A fake AWS that a test can believe: it speaks the wire protocol of the few calls in {@link Operation}, says what was ever started,
 * and goes wrong in the ways in which the real one does.
 *
 * <p>Nothing is signed or authorised. A start is on the disk before its answer is sent, and a new oracle over the same directory knows
 * it, and the buckets; it doesn't know definitions, jobs, functions, tokens, or what became of what was started.
 */
public final class ProviderOracle implements AutoCloseable {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private final StartLog log;
    private final Calls calls = new Calls();
    private final Faults faults = new Faults();
    private final Network network = new Network();
    private final Overrides overrides = new Overrides();
    private final StsApi sts = new StsApi();
    private final Happenings happenings = new Happenings();
    private final Executions executions;
    private final FrontDoor door;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ProviderOracle(Builder builder) throws IOException {
        var directory = Files.createDirectories(builder.directory);
        var objects = new ObjectStore(directory.resolve("s3"));
        log = new StartLog(directory.resolve("starts.ndjson"));
        executions = new Executions(log, builder.workloads, calls, happenings);
        door = new FrontDoor(
                List.of(
                        new EcsApi(executions, network, overrides, calls),
                        new GlueApi(executions, calls),
                        new LambdaApi(executions, network, calls, objects, directory.resolve("code")),
                        new Ec2Api(executions, network, overrides),
                        sts,
                        new SqsApi(happenings),
                        new S3Api(objects)),
                faults,
                calls,
                builder.watch);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), builder.port), 0);
        server.setExecutor(threads);
        server.createContext("/", door);
        server.start();
    }

    /**
     * An oracle to be started.
     *
     * @param directory holds starts.ndjson, the buckets and the functions' code; may be that of an oracle before
     */
    public static Builder over(Path directory) {
        return new Builder(directory);
    }

    public static final class Builder {
        private final Path directory;
        private Workloads workloads = Workloads.manual();
        private Watch watch = Watch.NONE;
        private int port;

        private Builder(Path directory) {
            this.directory = directory;
        }

        /** {@link Workloads#manual()} unless told. */
        public Builder workloads(Workloads given) {
            workloads = given;
            return this;
        }

        /** Nobody unless told. */
        public Builder watchedBy(Watch given) {
            watch = given;
            return this;
        }

        /** Any free one unless told. */
        public Builder port(int given) {
            port = given;
            return this;
        }

        public ProviderOracle start() {
            try {
                return new ProviderOracle(this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Of all services. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Every start that was ever accepted, oldest first. */
    public List<Started> starts() {
        return log.starts();
    }

    /** How often each operation was called since the last reset, by the names of the API; refused calls count too. */
    public Map<String, Integer> calls() {
        return calls.sinceReset();
    }

    public void resetCalls() {
        calls.reset();
    }

    /** The session whose key a start was signed with; null if it was none of a session. */
    public Assumed sessionOf(Started started) {
        return started.caller() == null ? null : sts.session(started.caller());
    }

    public Network network() {
        return network;
    }

    public Overrides overrides() {
        return overrides;
    }

    public Faults faults() {
        return faults;
    }

    /**
     * Ends what is running under this id; the oldest, if it was delivered more than once.
     *
     * @throws IllegalStateException if nothing is
     */
    public void finish(String id, int exitCode) {
        executions.end(id, Ending.exit(exitCode, null));
    }

    /**
     * The provider loses what is running under this id: there is no exit code.
     *
     * @param code ECS: the stopCode, such as TaskFailedToStart or SpotInterruption; Glue: the state, such as TIMEOUT; Lambda: the
     *     error type, such as Sandbox.Timedout; EC2: the code of the state reason
     * @throws IllegalStateException if nothing is
     */
    public void lose(String id, String code, String reason) {
        executions.end(id, Ending.loss(code, reason));
    }

    /** Puts into the queue of events what no provider said. */
    public void say(String message) {
        happenings.put(message);
    }

    /** Interrupts what is running, without an ending. */
    @Override
    public void close() {
        door.close();
        server.stop(0);
        executions.abandonAll();
        threads.shutdownNow();
        try {
            log.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
