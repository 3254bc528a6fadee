package io.barecount.gateway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.attempt.Attempts.Provider;
import io.barecount.gateway.drive.Follow;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Reads from a queue what EventBridge says of tasks, job runs and instances, and has them asked about at once. Nothing is believed: a message
 * that is wrong, late, lost, told twice or made up costs or saves one look. What the messages are like: "Amazon ECS events", "Automating
 * Glue with EventBridge" and "State change events for Amazon EC2 instances" in their developer guides.
 */
@ApplicationScoped
class Hints {
    private static final Logger LOG = Logger.getLogger(Hints.class);
    private static final int MOST_AT_ONCE = 10;
    private static final int WAIT_SECONDS = 20;
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

    private final Clients clients;
    private final Follow follow;
    private final GatewayConfig config;
    private volatile Thread reading;
    private volatile boolean stopping;

    Hints(Clients clients, Follow follow, GatewayConfig config) {
        this.clients = clients;
        this.follow = follow;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        var queue = config.aws().eventsQueue();
        if (config.provider() == Provider.AWS && queue.isPresent()) {
            reading = Thread.ofVirtual()
                    .name("hints")
                    .start(() -> readFrom(queue.get().toString()));
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        if (reading != null) {
            reading.interrupt();
        }
    }

    private void readFrom(String queue) {
        while (!stopping) {
            try {
                take(queue);
            } catch (RuntimeException e) {
                if (stopping) {
                    return;
                }
                LOG.warnf(
                        "%s can't be read; the providers are asked as often as without it. Again in %s. %s",
                        queue, PAUSE_AFTER_FAILURE, e);
                pause();
            }
        }
    }

    private void take(String queue) {
        var messages = Clients.get(clients.sqs()
                        .receiveMessage(receive -> receive.queueUrl(queue)
                                .maxNumberOfMessages(MOST_AT_ONCE)
                                .waitTimeSeconds(WAIT_SECONDS)))
                .messages();
        if (messages.isEmpty()) {
            return;
        }
        follow.changed(messages.stream().flatMap(Hints::handle).collect(Collectors.toSet()));
        Clients.get(clients.sqs()
                .deleteMessageBatch(delete -> delete.queueUrl(queue).entries(entries(messages))));
    }

    private static List<DeleteMessageBatchRequestEntry> entries(List<Message> messages) {
        return messages.stream()
                .map(message -> DeleteMessageBatchRequestEntry.builder()
                        .id(message.messageId())
                        .receiptHandle(message.receiptHandle())
                        .build())
                .toList();
    }

    /** What it is about, by the name under which the provider's runner follows it; nothing if it can't be told. */
    private static Stream<String> handle(Message message) {
        try {
            var detail = Json.read(message.body(), JsonNode.class).path("detail");
            return Stream.of("taskArn", "jobRunId", "instance-id")
                    .map(name -> detail.path(name).textValue())
                    .filter(Objects::nonNull);
        } catch (IllegalArgumentException e) {
            LOG.debugf("%s is no event of EventBridge: %s", message.messageId(), e.getMessage());
            return Stream.empty();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
