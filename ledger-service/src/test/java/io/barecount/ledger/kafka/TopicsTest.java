package io.barecount.ledger.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Topic;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicsTest {
    @Test
    void everyTopicAndItsDeadLettersAreRecordedButForOurOwnCheckpoints() throws IOException {
        var properties = new Properties();
        try (var file = getClass().getResourceAsStream("/application.properties")) {
            properties.load(file);
        }

        var topics = List.of(
                properties.getProperty("mp.messaging.incoming.events.topics").split(","));

        assertThat(topics)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Topic.values())
                        .filter(topic -> topic != Topic.CHECKPOINTS)
                        .flatMap(topic -> Stream.of(topic.topicName(), topic.deadLetterName()))
                        .toList());
    }
}
