package io.barecount.gateway.kafka;

import io.barecount.gateway.store.RevocationLoop;
import io.barecount.messaging.stage.PolledBatches;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Hears which permits were taken back, from policy-service itself. */
@ApplicationScoped
class DecisionsChannel {
    private final RevocationLoop revocations;

    DecisionsChannel(RevocationLoop revocations) {
        this.revocations = revocations;
    }

    @Incoming("decisions")
    Flow.Subscriber<Message<List<byte[]>>> decisions() {
        return PolledBatches.of("decisions", revocations::process);
    }
}
