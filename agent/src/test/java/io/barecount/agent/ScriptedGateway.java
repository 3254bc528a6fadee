package io.barecount.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.AgentRequest;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Enrolment;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.agent.Session;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What an agent talks to: offers what a test puts in, grants or refuses as it says, and keeps what it is told. */
final class ScriptedGateway implements AutoCloseable {
    final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
    final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    final List<Claim> claims = new CopyOnWriteArrayList<>();
    final List<AttemptId> stop = new CopyOnWriteArrayList<>();
    volatile boolean grants = true;
    final List<Enrolment> enrolments = new CopyOnWriteArrayList<>();

    /** Ids of the keys that signed what was said. */
    final Set<String> keys = ConcurrentHashMap.newKeySet();

    /** All that was said, as it came over the wire, its envelopes opened. */
    final List<String> heard = new CopyOnWriteArrayList<>();

    /** Code of the problem that an agent is dismissed with; null while it is not. */
    volatile String dismissal;

    private static final SigningKey KEY = SigningKey.generate();
    private final AtomicLong sessions = new AtomicLong();

    /** Answers 503 to all while it is set. */
    volatile boolean away;

    volatile Duration lease = Duration.ofMinutes(1);
    private final HttpServer server;

    ScriptedGateway() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var said = Json.read(exchange.getRequestBody().readAllBytes(), Envelope.class);
        keys.add(said.signatures().get(0).keyid());
        var request = said.peek(AgentRequest.class);
        var path = exchange.getRequestURI().getPath();
        heard.add(Json.text(request));
        if (away) {
            send(exchange, 503, "away");
        } else if (path.endsWith("/enrol")) {
            enrolments.add(Json.fromTree(request.body(), Enrolment.class));
            send(
                    exchange,
                    200,
                    new Enrolment.Answer(request.agent(), KEY.verifyingKey().toPem()));
        } else if (path.endsWith("/session")) {
            send(exchange, 200, new Session.Answer(sessions.incrementAndGet(), lease));
        } else if (dismissal != null) {
            send(exchange, 403, Map.of("type", "urn:barecount:problem:" + dismissal, "detail", "not any more"));
        } else if (path.endsWith("/poll")) {
            send(exchange, 200, poll());
        } else if (path.endsWith("/beat")) {
            send(exchange, 200, new Beat.Answer(stop, lease));
        } else if (path.endsWith("/claim")) {
            claims.add(Json.fromTree(request.body(), Claim.class));
            send(exchange, grants ? 200 : 409, "claim");
        } else if (path.endsWith("/report")) {
            var statement = Json.fromTree(request.body(), Envelope.class)
                    .verify(List.of(VerifyingKey.ofPem(enrolments.get(0).publicKey())));
            heard.add(Json.text(statement.predicate()));
            reports.add(Json.fromTree(statement.predicate(), Report.class));
            send(exchange, 200, "report");
        } else {
            send(exchange, 404, path);
        }
    }

    private List<Offer> poll() {
        try {
            var offer = offers.poll(200, TimeUnit.MILLISECONDS);
            return offer == null ? List.of() : List.of(offer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static void send(HttpExchange exchange, int status, Object content) throws IOException {
        var bytes = Json.bytes(content);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
