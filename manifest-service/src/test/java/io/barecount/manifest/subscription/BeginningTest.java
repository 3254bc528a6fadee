package io.barecount.manifest.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.manifest.Manifest.From;
import io.barecount.manifest.subscription.Beginning.Before;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BeginningTest {
    private static final Beginning TOPIC = new Beginning("id", Map.of(0, 5L, 1, 0L), Map.of(0, 20L, 1, 8L));

    @Test
    void whatIsNewBeginsWhereItSays() {
        assertThat(TOPIC.next(Before.NEVER, From.LATEST)).isEqualTo(Map.of(0, 20L, 1, 8L));
        assertThat(TOPIC.next(Before.NEVER, From.EARLIEST)).isEqualTo(Map.of(0, 5L, 1, 0L));
        assertThat(Beginning.isNeeded(Before.NEVER, "id", 2)).isTrue();
    }

    @Test
    void whatIsThereGoesOnAndReadsAllOfANewPartition() {
        var before = new Before("id", Map.of(0, 12L), false);

        assertThat(TOPIC.next(before, From.LATEST)).isEqualTo(Map.of(0, 12L, 1, 0L));
        assertThat(Beginning.isNeeded(before, "id", 2)).isTrue();
        assertThat(Beginning.isNeeded(before, "id", 1)).isFalse();
    }

    @Test
    void aTopicThatIsMadeAnewIsReadFromItsFirstRecord() {
        var before = new Before("another", Map.of(0, 12L, 1, 100L), false);

        assertThat(TOPIC.next(before, From.LATEST)).isEqualTo(Map.of(0, 5L, 1, 0L));
        assertThat(Beginning.isNeeded(before, "id", 2)).isTrue();
    }

    @Test
    void whatWasLeftComesBackAsItSays() {
        var before = new Before("id", Map.of(0, 12L, 1, 3L), true);

        assertThat(TOPIC.next(before, From.LATEST)).isEqualTo(Map.of(0, 20L, 1, 8L));
        assertThat(TOPIC.next(before, From.EARLIEST)).isEqualTo(Map.of(0, 12L, 1, 3L));
        assertThat(Beginning.isNeeded(before, "id", 2)).isTrue();
    }
}
