package io.barecount.console.api;

import io.barecount.contracts.event.Json;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events to one reader. A reader that is slower than what there is to tell slows its teller down: what is on its way is bounded
 * by the connection's write queue.
 */
final class EventStream {
    private static final int QUEUE_BYTES_MAX = 256 * 1024;
    private static final long DRAIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_MILLIS = 20;

    private final HttpServerResponse response;
    private volatile boolean closed;

    private EventStream(HttpServerResponse response) {
        this.response = response;
    }

    static EventStream open(RoutingContext request) {
        var response = request.response();
        var stream = new EventStream(response);
        response.closeHandler(nothing -> stream.closed = true);
        response.exceptionHandler(failure -> stream.closed = true);
        response.setChunked(true)
                .setWriteQueueMaxSize(QUEUE_BYTES_MAX)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
        response.write(":\n\n");
        return stream;
    }

    boolean isClosed() {
        return closed || response.closed();
    }

    boolean isFull() {
        return response.writeQueueFull();
    }

    /** @param id null for an event that reading can't go on from */
    void send(String event, String id, Object data) {
        if (!isClosed()) {
            response.write("event: " + event + "\n" + (id == null ? "" : "id: " + id + "\n") + "data: "
                    + Json.text(data) + "\n\n");
        }
    }

    /** For threads that may wait. Returns when the reader has taken most of what it was sent, or is gone. */
    void awaitRoom() throws InterruptedException {
        if (!isClosed() && isFull()) {
            var drained = new Semaphore(0);
            response.drainHandler(nothing -> drained.release());
            var giveUpAt = System.nanoTime() + DRAIN_NANOS_MAX;
            while (isFull() && !isClosed()) {
                // It may have drained before the handler was there: so it is looked at again.
                var unused = drained.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (System.nanoTime() > giveUpAt) {
                    end();
                }
            }
        }
    }

    void end() {
        closed = true;
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }
}
