package io.barecount.console.api;

import io.barecount.access.Allow;
import io.barecount.access.Namespaces;
import io.barecount.console.Gate;
import io.barecount.console.Problem;
import io.barecount.console.kafka.Brokers;
import io.barecount.console.kafka.Reading;
import io.barecount.console.kafka.TopicOverview;
import io.barecount.console.tail.Place;
import io.barecount.console.tail.Start;
import io.barecount.console.tail.TailLine;
import io.barecount.contracts.event.Json;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** {@code /topics}: how long the topics are and how far behind their readers; {@code /topics/NAME/PARTITION/OFFSET}: one record, whole. */
@ApplicationScoped
class TopicsRoute {
    private static final Logger LOG = Logger.getLogger(TopicsRoute.class);
    private static final int READS_MAX = 4;

    private final TopicOverview overview;
    private final Brokers brokers;
    private final Gate gate;

    TopicsRoute(TopicOverview overview, Brokers brokers, Gate gate) {
        this.gate = gate;
        this.overview = overview;
        this.brokers = brokers;
    }

    void open(@Observes Router router, Vertx vertx) {
        var workers = vertx.createSharedWorkerExecutor("topics", READS_MAX);
        router.get("/topics")
                .handler(gate.readers(vertx, Allow.Scope.PLATFORM))
                .handler(request -> workers.executeBlocking(overview::look, false)
                        .onSuccess(found -> json(request, found))
                        .onFailure(failure -> away(request, failure)));
        router.getWithRegex("/topics/(?<topic>[a-z.]+)/(?<partition>\\d{1,5})/(?<offset>\\d{1,18})")
                .handler(gate.readers(vertx, Allow.Scope.ANY))
                .handler(request -> workers.executeBlocking(recordOf(request), false)
                        .onSuccess(found -> {
                            if (found == null) {
                                Problem.answer(
                                        request,
                                        404,
                                        "no-such-record",
                                        "No such record",
                                        "Nothing lies there: it may be past the topic's end, or older than what is kept.");
                            } else {
                                json(request, found);
                            }
                        })
                        .onFailure(failure -> away(request, failure)));
    }

    private Callable<TailLine> recordOf(RoutingContext request) {
        var place = new Place(request.pathParam("topic"), Integer.parseInt(request.pathParam("partition")));
        var offset = Long.parseLong(request.pathParam("offset"));
        var visible = Gate.identity(request).namespaces(Gate.READERS);
        return () -> Brokers.topics().contains(place.topic()) ? record(place, offset, visible) : null;
    }

    private TailLine record(Place place, long offset, Namespaces visible) {
        try (var reading = Reading.open(brokers, List.of(place.topic()), new Start.Offset(offset), record -> true)) {
            while (true) {
                var atEnd = reading.isAtEnd();
                var records = reading.next();
                var found = records.stream()
                        .filter(record -> record.place().equals(place) && record.offset() == offset)
                        .findFirst();
                if (found.isPresent()) {
                    if (!visible.contains(found.get().namespace())) {
                        return null;
                    }
                    return TailLine.of(found.get(), Integer.MAX_VALUE);
                }
                var passed = reading.cursor().next().getOrDefault(place, Long.MAX_VALUE) > offset;
                if (passed || atEnd) {
                    return null;
                }
            }
        }
    }

    private static void json(RoutingContext request, Object answer) {
        request.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(Json.text(answer));
    }

    static void away(RoutingContext request, Throwable failure) {
        var cause = failure instanceof ExecutionException ? failure.getCause() : failure;
        LOG.warnf("%s: %s", request.request().uri(), cause);
        if (cause instanceof KafkaException) {
            request.response().putHeader("Retry-After", "1");
            Problem.answer(
                    request,
                    503,
                    "broker-unavailable",
                    "The broker does not answer",
                    "The topics can't be read at present (" + cause.getMessage() + "). Try again in a moment.");
        } else {
            request.fail(500, failure);
        }
    }
}
