package io.barecount.messaging.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** How many records of each channel this instance has yet to fetch, as of its last fetch of each partition. */
@ApplicationScoped
class ChannelLags {
    private final KafkaClientService clients;
    private final MeterRegistry metrics;

    ChannelLags(KafkaClientService clients, MeterRegistry metrics) {
        this.clients = clients;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        clients.getConsumerChannels()
                .forEach(channel -> Gauge.builder("barecount.channel.lag", () -> lag(channel))
                        .tag("channel", channel)
                        .register(metrics));
    }

    private double lag(String channel) {
        var consumer = clients.getConsumer(channel);
        return consumer == null
                ? Double.NaN
                : consumer.unwrap().metrics().entrySet().stream()
                        .filter(metric -> metric.getKey().name().equals("records-lag"))
                        .filter(metric -> metric.getValue().metricValue() instanceof Double lag && !lag.isNaN())
                        .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                        .sum();
    }
}
