package io.barecount.ledger.kafka;

import io.barecount.ledger.entry.Leaf;
import io.barecount.ledger.store.Appender;
import io.barecount.messaging.outbox.DeadLetter;
import io.barecount.messaging.stage.StageLoop;
import io.barecount.messaging.stage.Stages;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Records everything that is said on any topic, dead letters included; only the ledger's own checkpoints are not. */
@ApplicationScoped
class EventsChannel {
    private final StageLoop<Leaf.Source> loop;

    EventsChannel(Stages stages, Appender appender) {
        this.loop = stages.loop("ledger", appender);
    }

    @Incoming("events")
    @RunOnVirtualThread
    void record(ConsumerRecords<String, byte[]> batch) {
        var pending = new ArrayList<CompletableFuture<Void>>();
        for (var record : batch) {
            pending.add(loop.submit(new Leaf.Source(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.key(),
                    DeadLetter.headers(record),
                    record.value())));
        }
        pending.forEach(CompletableFuture::join);
    }
}
