package io.barecount.ledger.kafka;

import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** How far the log is behind the topics. */
@ApplicationScoped
public class Lag {
    private static final String CHANNEL = "events";
    private final KafkaClientService clients;

    Lag(KafkaClientService clients) {
        this.clients = clients;
    }

    /** Records that this instance has yet to fetch, as of its last fetch of each partition; empty before the first. */
    public Optional<Long> records() {
        var consumer = clients.getConsumer(CHANNEL);
        if (consumer == null) {
            return Optional.empty();
        }
        var lags = consumer.unwrap().metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("records-lag"))
                .filter(metric -> metric.getValue().metricValue() instanceof Double lag && !lag.isNaN())
                .mapToLong(metric -> ((Double) metric.getValue().metricValue()).longValue())
                .summaryStatistics();
        return lags.getCount() == 0 ? Optional.empty() : Optional.of(lags.getSum());
    }
}
