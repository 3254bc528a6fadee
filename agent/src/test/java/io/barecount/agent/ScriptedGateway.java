package io.barecount.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What an agent talks to: offers what a test puts in, grants or refuses as it says, and keeps what it is told. */
final class ScriptedGateway implements AutoCloseable {
    final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
    final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    final List<Claim> claims = new CopyOnWriteArrayList<>();
    final List<AttemptId> stop = new CopyOnWriteArrayList<>();
    volatile boolean grants = true;

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
        var body = exchange.getRequestBody().readAllBytes();
        var path = exchange.getRequestURI().getPath();
        if (away) {
            send(exchange, 503, "away");
        } else if (path.endsWith("/poll")) {
            send(exchange, 200, poll());
        } else if (path.endsWith("/beat")) {
            send(exchange, 200, new Beat.Answer(stop, lease));
        } else if (path.endsWith("/claim")) {
            claims.add(Json.read(body, Claim.class));
            send(exchange, grants ? 200 : 409, "claim");
        } else if (path.endsWith("/report")) {
            reports.add(Json.read(body, Report.class));
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
