package io.barecount.messaging.metrics;

import io.barecount.messaging.outbox.OutboxRow;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Events that are committed and not yet told: of all instances, as they share the table. Looked up at most every few seconds. */
@ApplicationScoped
class OutboxAge {
    private static final Duration KNOWN_FOR = Duration.ofSeconds(5);

    /** @param oldestSeconds 0 if there are none */
    private record Seen(double rows, double oldestSeconds, Instant at) {}

    private final MeterRegistry metrics;
    private final Clock clock = Clock.systemUTC();
    private Seen last;

    OutboxAge(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        Gauge.builder("barecount.outbox.rows", () -> seen().rows()).register(metrics);
        Gauge.builder("barecount.outbox.oldest.seconds", () -> seen().oldestSeconds())
                .register(metrics);
    }

    private synchronized Seen seen() {
        var now = clock.instant();
        if (last == null || last.at().plus(KNOWN_FOR).isBefore(now)) {
            last = look(now);
        }
        return last;
    }

    private static Seen look(Instant now) {
        var found = QuarkusTransaction.requiringNew().call(() -> (Object[]) Panache.getEntityManager(OutboxRow.class)
                .createNativeQuery(
                        "select count(*), coalesce(extract(epoch from now() - min(created_at)), 0) from outbox")
                .getSingleResult());
        return new Seen(((Number) found[0]).doubleValue(), ((Number) found[1]).doubleValue(), now);
    }
}
