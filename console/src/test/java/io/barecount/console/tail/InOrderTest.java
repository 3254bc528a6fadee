package io.barecount.console.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InOrderTest {
    private static TopicRecord at(long second, String topic, long offset) {
        return new TopicRecord(new Place(topic, 0), offset, Instant.ofEpochSecond(second), null, Map.of(), null);
    }

    @Test
    void joinsPartitionsByTimeAndKeepsEachInItsOrder() {
        var clockSetBack = at(1, "a", 2);

        var sorted = InOrder.byTime(List.of(at(1, "a", 0), at(5, "a", 1), clockSetBack, at(2, "b", 0), at(9, "b", 1)));

        assertThat(sorted).containsExactly(at(1, "a", 0), at(2, "b", 0), at(5, "a", 1), clockSetBack, at(9, "b", 1));
    }
}
