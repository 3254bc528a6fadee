package io.barecount.agent;

import com.sun.net.httpserver.HttpServer;
import io.barecount.agent.Journal.Ending;
import io.barecount.agent.Journal.Entry;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.agent.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The agent's process: polls while it has free slots, beats while it lives, and executes what it is granted. Its main loop holds a
 * connection to the gateway, never the other way round.
 */
public final class Agent {
    private static final int BEAT_MILLIS = 1000;
    private static final int AGAIN_MILLIS = 500;

    /** Exit code of an agent that must not go on. */
    private static final int DISMISSED = 3;

    private static final String VERSION = "0.1.0";

    /** The grace for a workload and a little for its report. */
    private static final Duration STOP_MAX = Duration.ofSeconds(8);

    private static final int STOP_LOOK_MILLIS = 20;

    private final Settings settings;
    private final Identity identity;
    private final Gateway gateway;
    private final Journal journal;
    private final Lease lease;
    private final Compiler compiler;
    private final Semaphore slots;
    private final Map<AttemptId, Execution> executions = new ConcurrentHashMap<>();
    private volatile boolean reached;
    private volatile boolean stopping;

    Agent(Settings settings) throws IOException {
        this.settings = settings;
        this.identity = Identity.open(settings.data());
        this.gateway = new Gateway(settings.gateway(), settings.id(), identity.key());
        this.journal = new Journal(settings.data().resolve("claims"));
        this.lease = new Lease(settings.data().resolve("lease"));
        this.compiler = new Compiler(settings.data().resolve("compiled"));
        this.slots = new Semaphore(settings.slots());
    }

    /** Configured by {@code BARECOUNT_AGENT_*} variables, see {@link Settings}; runs until SIGTERM. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Settings settings;
        try {
            settings = Settings.of(System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("agent: " + e.getMessage());
            System.exit(2);
            return;
        }
        try {
            new Agent(settings).run();
        } catch (Gateway.Dismissed e) {
            System.err.println("agent: " + e.getMessage());
            System.exit(DISMISSED);
        } catch (IOException e) {
            System.err.println("agent: " + e.getMessage());
            System.exit(1);
        }
    }

    void run() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "agent-stop"));
        serveHealth();
        enrol();
        openSession();
        for (var left : journal.entries()) {
            slots.acquireUninterruptibly();
            begin(left, true);
        }
        Thread.ofVirtual().name("beat").start(this::beat);
        while (!stopping) {
            poll();
        }
    }

    private void serveHealth() throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.healthPort()), 0);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(reached ? 200 : 503, -1);
            exchange.close();
        });
        server.start();
    }

    private void enrol() throws IOException, InterruptedException {
        while (!identity.isEnrolled() && !stopping) {
            if (settings.tokenFile() == null || !Files.exists(settings.tokenFile())) {
                throw new IOException(
                        "agent " + settings.id() + " is not enrolled: put a token of ./barecount agent token into"
                                + " a file and name it in BARECOUNT_AGENT_TOKEN_FILE");
            }
            var token = Files.readAllLines(settings.tokenFile()).get(0).strip();
            try {
                identity.enrolled(gateway.enrol(token).gatewayKey());
                System.out.println("enrolled as " + settings.id() + " with key "
                        + identity.key().keyId());
            } catch (IOException | IllegalArgumentException e) {
                again("enrol", e);
            }
        }
    }

    /** Waits while another place may be at work with this identity. */
    private void openSession() throws IOException, InterruptedException {
        var session = new Session(identity.place(), VERSION);
        while (!stopping) {
            try {
                var asked = Lease.clock();
                lease.renew(asked, gateway.openSession(session));
                return;
            } catch (Gateway.Dismissed e) {
                throw e;
            } catch (IOException | IllegalArgumentException e) {
                again("session", e);
            }
        }
    }

    private static void again(String what, Exception failure) throws InterruptedException {
        System.err.println(what + ": " + failure.getMessage() + "; again in a moment");
        TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
    }

    private void poll() throws InterruptedException, IOException {
        slots.acquire();
        var free = 1 + slots.drainPermits();
        var taken = 0;
        try {
            var wanted = new Poll(free, settings.runnerTypes(), settings.boundaries(), settings.egress());
            for (var offer : gateway.poll(wanted)) {
                if (taken < free) {
                    begin(Entry.claiming(offer, UUID.randomUUID().toString()), false);
                    taken++;
                }
            }
        } catch (Gateway.Dismissed e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            again("poll", e);
        } finally {
            slots.release(free - taken);
        }
    }

    /** Takes over one slot that the caller has acquired. */
    private void begin(Entry entry, boolean isLeft) {
        var execution = new Execution(settings, gateway, journal, compiler, lease, entry);
        if (executions.putIfAbsent(entry.attempt(), execution) != null) {
            slots.release();
            return;
        }
        Thread.ofVirtual().name("attempt-" + entry.attempt()).start(() -> {
            try {
                if (isLeft) {
                    execution.resume();
                } else {
                    execution.run();
                }
            } catch (IOException e) {
                System.err.println(
                        "attempt " + entry.attempt() + ": " + e + "; it stays in the journal for the next start");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                executions.remove(entry.attempt());
                slots.release();
            }
        });
    }

    private void beat() {
        var heard = System.nanoTime();
        var granted = Duration.ofDays(1);
        while (!stopping) {
            try {
                var asked = System.nanoTime();
                var askedAt = Lease.clock();
                var answer = gateway.beat(List.copyOf(executions.keySet()));
                heard = asked;
                granted = answer.lease();
                lease.renew(askedAt, granted);
                answer.stop().forEach(attempt -> end(executions.get(attempt), Ending.STOPPED));
                reached = true;
            } catch (Gateway.Dismissed e) {
                System.err.println("agent: " + e.getMessage());
                executions.values().forEach(execution -> end(execution, Ending.CUT_OFF));
                System.exit(DISMISSED);
            } catch (IOException | IllegalArgumentException e) {
                System.err.println("beat: " + e.getMessage());
                if (System.nanoTime() - heard
                        > granted.minus(Lease.margin(granted)).toNanos()) {
                    executions.values().forEach(execution -> end(execution, Ending.CUT_OFF));
                }
            } catch (InterruptedException e) {
                return;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(BEAT_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void end(Execution execution, Ending why) {
        if (execution != null) {
            execution.end(why);
        }
    }

    /** Leaves no process behind: what runs is ended and reported, now or, if the gateway is not there, at the next start. */
    private void stop() {
        stopping = true;
        executions.values().forEach(execution -> execution.end(Ending.INTERRUPTED));
        var deadline = System.nanoTime() + STOP_MAX.toNanos();
        try {
            while (!executions.isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(STOP_LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
