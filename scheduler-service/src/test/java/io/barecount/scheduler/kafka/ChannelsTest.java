package io.barecount.scheduler.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import java.util.Arrays;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsTest {
    /** Batches of a channel that are worked on at once let a run's success overtake its start: about one in 5,000 was lost so. */
    @ParameterizedTest
    @ValueSource(classes = {DecisionsChannel.class, ExecutionsChannel.class, ManifestsChannel.class})
    void aChannelWorksOnOneBatchAfterTheOther(Class<?> channel) {
        var consumers = Arrays.stream(channel.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Incoming.class))
                .toList();

        assertThat(consumers).singleElement().satisfies(method -> {
            assertThat(method.getAnnotation(Blocking.class))
                    .isNotNull()
                    .extracting(Blocking::ordered)
                    .isEqualTo(true);
            assertThat(method.isAnnotationPresent(RunOnVirtualThread.class)).isFalse();
        });
    }
}
