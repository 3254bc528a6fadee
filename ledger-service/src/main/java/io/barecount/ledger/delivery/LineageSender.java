package io.barecount.ledger.delivery;

import io.barecount.ledger.LedgerConfig;
import io.barecount.ledger.store.LineageOutbox;
import io.barecount.ledger.store.LineageOutbox.Sent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Empties the lineage outbox, in order. An event is taken out once it was taken: a crash in between sends the very same bytes again, which
 * a receiver recognises by run, type and time.
 */
@ApplicationScoped
class LineageSender {
    private static final Logger LOG = Logger.getLogger(LineageSender.class);
    private static final long EVERY_MILLIS = 500;
    private static final int BATCH = 50;

    private final LineageOutbox outbox;
    private final List<LineageOutbox.Sender> receivers = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** Whether the last event could not be sent now. */
    private boolean isHeld;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("lineage").factory());

    LineageSender(
            LineageOutbox outbox, LedgerConfig config, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.outbox = outbox;
        config.lineageUrl().ifPresent(url -> receivers.add(new HttpLineage(url, config.lineageTokenFile())));
        config.lineageTopic().ifPresent(topic -> {
            var producer = new KafkaLineage(topic, kafka);
            receivers.add(producer);
            open.add(producer);
        });
    }

    void start(@Observes StartupEvent event) {
        if (outbox.isWanted()) {
            timer.scheduleWithFixedDelay(this::empty, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void stop(@Observes ShutdownEvent event) throws Exception {
        timer.shutdownNow();
        for (var each : open) {
            each.close();
        }
    }

    private void empty() {
        try {
            for (var more = true; more && !timer.isShutdown(); ) {
                more = !outbox.send(BATCH, this::send) && !isHeld;
            }
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                LOG.errorf(e, "lineage can't be sent at present; again in %d ms", EVERY_MILLIS);
            }
        }
    }

    private Sent send(LineageOutbox.Unsent event) {
        isHeld = false;
        for (var receiver : receivers) {
            var sent = receiver.send(event);
            if (sent instanceof Sent.Refused refused) {
                LOG.errorf("lineage of run %s is refused, and stays in lineage_outbox: %s", event.run(), refused.why());
            }
            if (!(sent instanceof Sent.Done)) {
                isHeld = sent instanceof Sent.Later;
                return sent;
            }
        }
        return new Sent.Done();
    }
}
