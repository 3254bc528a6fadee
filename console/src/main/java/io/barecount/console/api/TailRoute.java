package io.barecount.console.api;

import io.barecount.access.Allow;
import io.barecount.access.Namespaces;
import io.barecount.console.Gate;
import io.barecount.console.Problem;
import io.barecount.console.kafka.Brokers;
import io.barecount.console.kafka.Reading;
import io.barecount.console.tail.Filter;
import io.barecount.console.tail.Start;
import io.barecount.console.tail.TailLine;
import io.barecount.console.tail.TopicRecord;
import io.barecount.contracts.RunId;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * {@code /topics/tail}: reads topics along, as server-sent events. {@code records} has what passed the filter, {@code position} says that
 * reading got further; the id of both is the cursor to go on from, which a browser does by itself ({@code Last-Event-ID}). {@code end} is
 * the last one without {@code follow}, {@code trouble} says why it ends otherwise.
 */
@ApplicationScoped
class TailRoute {
    private static final Logger LOG = Logger.getLogger(TailRoute.class);
    private static final int READERS_MAX = 16;
    private static final int RECORDS_MAX = 500;
    private static final int EVENT_BYTES_MAX = 1024 * 1024;
    private static final int VALUE_BYTES_MAX = 64 * 1024;
    private static final long POSITION_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Brokers brokers;
    private final RunPipelines pipelines;
    private final Gate gate;
    private final Semaphore free = new Semaphore(READERS_MAX);
    private final Clock clock = Clock.systemUTC();
    private final ExecutorService readers = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("tail-", 0).factory());
    private volatile boolean stopping;

    TailRoute(Brokers brokers, RunPipelines pipelines, Gate gate) {
        this.gate = gate;
        this.brokers = brokers;
        this.pipelines = pipelines;
    }

    /** @param bearer the header that came with it; null if none did */
    private record Request(
            List<String> topics, Filter filter, Start start, boolean follow, Namespaces visible, String bearer) {}

    /** @param caughtUp whether all has been read that was there in the beginning */
    record Position(boolean caughtUp) {}

    record Records(List<TailLine> records, boolean caughtUp) {}

    record Trouble(String detail) {}

    void open(@Observes Router router, Vertx vertx) {
        router.get("/topics/tail").handler(gate.readers(vertx, Allow.Scope.ANY)).handler(this::tail);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        readers.shutdown();
    }

    private void tail(RoutingContext context) {
        Request request;
        try {
            request = request(context);
        } catch (IllegalArgumentException e) {
            Problem.answer(context, 400, "invalid-request", "Invalid request", e.getMessage());
            return;
        }
        if (!free.tryAcquire()) {
            context.response().putHeader("Retry-After", "5");
            Problem.answer(
                    context,
                    503,
                    "too-many-readers",
                    "Too many readers",
                    READERS_MAX + " readers follow topics here already. Close one, or read from Kafka itself.");
            return;
        }
        var stream = EventStream.open(context);
        readers.execute(() -> {
            try {
                read(request, stream);
            } catch (KafkaException e) {
                if (!stopping) {
                    LOG.warnf("a reading along %s ends: %s", request.topics(), e);
                    stream.send("trouble", null, new Trouble("The topics can't be read at present: " + e.getMessage()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                free.release();
                stream.end();
            }
        });
    }

    private void read(Request request, EventStream stream) throws InterruptedException {
        var filter = request.filter();
        Predicate<TopicRecord> wants = record -> request.visible().contains(record.namespace())
                && filter.wants(record, run -> pipelines.of(run, request.bearer()));
        try (var reading = Reading.open(brokers, request.topics(), request.start(), wants)) {
            if (!(request.start() instanceof Start.Last)) {
                stream.send("position", reading.cursor().toString(), new Position(false));
            }
            var told = System.nanoTime() - POSITION_NANOS;
            while (!stopping && !stream.isClosed()) {
                stream.awaitRoom();
                var wanted = reading.next().stream()
                        .filter(wants)
                        .map(record -> TailLine.of(record, VALUE_BYTES_MAX))
                        .toList();
                var atEnd = reading.isAtEnd();
                var now = System.nanoTime();
                if (!wanted.isEmpty()) {
                    tell(wanted, reading.cursor().toString(), atEnd, stream);
                    told = now;
                } else if (now - told >= POSITION_NANOS) {
                    stream.send("position", reading.cursor().toString(), new Position(atEnd));
                    told = now;
                }
                if (atEnd && !request.follow()) {
                    stream.send("end", reading.cursor().toString(), new Position(true));
                    return;
                }
            }
        }
    }

    /** In several events, if it is much: only the last one has a cursor, as what came before is part of the same reading. */
    private static void tell(List<TailLine> lines, String cursor, boolean atEnd, EventStream stream)
            throws InterruptedException {
        var part = new ArrayList<TailLine>();
        var bytes = 0;
        for (var line : lines) {
            if (part.size() >= RECORDS_MAX || bytes > EVENT_BYTES_MAX) {
                stream.send("records", null, new Records(part, false));
                stream.awaitRoom();
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(line);
            bytes += Math.min(line.bytes(), VALUE_BYTES_MAX);
        }
        stream.send("records", cursor, new Records(part, atEnd));
    }

    private Request request(RoutingContext context) {
        var parameters = context.queryParams();
        var topics = parameters.getAll("topic").isEmpty() ? Brokers.topics() : parameters.getAll("topic");
        topics.stream()
                .filter(topic -> !Brokers.topics().contains(topic))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new IllegalArgumentException(
                            "topic is one of " + String.join(", ", Brokers.topics()) + "; found \"" + unknown + "\".");
                });
        var lastSeen = context.request().getHeader("Last-Event-ID");
        var from = lastSeen == null || lastSeen.isEmpty() ? parameters.get("from") : "cursor:" + lastSeen;
        var filter = new Filter(
                run(parameters.get("run")),
                text(parameters.get("pipeline")),
                text(parameters.get("namespace")),
                text(parameters.get("type")),
                text(parameters.get("text")),
                "true".equals(parameters.get("denied")));
        return new Request(
                topics.stream().distinct().toList(),
                filter,
                Start.parse(from == null ? "last:100" : from, clock.instant()),
                !"false".equals(parameters.get("follow")),
                Gate.identity(context).namespaces(Gate.READERS),
                context.request().getHeader("Authorization"));
    }

    private static RunId run(String text) {
        try {
            return text == null || text.isEmpty() ? null : RunId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("run is a run's id, which is a UUID; found \"" + text + "\".", e);
        }
    }

    private static String text(String text) {
        return text == null ? "" : text;
    }
}
