package io.barecount.console.api;

import io.barecount.access.Allow;
import io.barecount.console.Gate;
import io.barecount.console.Problem;
import io.barecount.console.kafka.ActivityFeed;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** {@code /live}: what the runs are up to, again whenever a record came to any topic, at most once a second. */
@ApplicationScoped
class LiveRoute {
    private static final int READERS_MAX = 200;
    private static final long AT_LEAST_MILLIS = TimeUnit.SECONDS.toMillis(5);

    /** What charts can show: a window, and the step that divides it. */
    private enum Window {
        PT1H(Duration.ofHours(1), Duration.ofMinutes(1)),
        PT6H(Duration.ofHours(6), Duration.ofMinutes(5)),
        PT24H(Duration.ofHours(24), Duration.ofMinutes(15));

        private final Duration length;
        private final Duration step;

        Window(Duration length, Duration step) {
            this.length = length;
            this.step = step;
        }
    }

    private record Reader(EventStream stream, Window window) {}

    private final ActivityFeed feed;
    private final Gate gate;
    private final List<Reader> readers = new CopyOnWriteArrayList<>();

    LiveRoute(ActivityFeed feed, Gate gate) {
        this.gate = gate;
        this.feed = feed;
    }

    void open(@Observes Router router, Vertx vertx) {
        router.get("/live").handler(gate.readers(vertx, Allow.Scope.PLATFORM)).handler(this::live);
        feed.onChange(this::tell);
        vertx.setPeriodic(AT_LEAST_MILLIS, timer -> tell());
    }

    private void live(RoutingContext request) {
        var asked = request.queryParams().get("window");
        Window window;
        try {
            window = asked == null ? Window.PT1H : Window.valueOf(asked);
        } catch (IllegalArgumentException e) {
            Problem.answer(
                    request,
                    400,
                    "invalid-request",
                    "Invalid request",
                    "window is one of " + List.of(Window.values()) + "; found \"" + asked + "\".");
            return;
        }
        if (readers.size() >= READERS_MAX) {
            request.response().putHeader("Retry-After", "5");
            Problem.answer(
                    request,
                    503,
                    "too-many-readers",
                    "Too many readers",
                    READERS_MAX + " readers look at this already. Try again later.");
            return;
        }
        var reader = new Reader(EventStream.open(request), window);
        readers.add(reader);
        tell(reader);
    }

    private void tell() {
        readers.removeIf(reader -> reader.stream().isClosed());
        readers.forEach(this::tell);
    }

    /** One that does not keep up misses some: each is the whole. */
    private void tell(Reader reader) {
        if (!reader.stream().isFull()) {
            var window = reader.window();
            reader.stream().send("activity", null, feed.live(window.length, window.step));
        }
    }
}
