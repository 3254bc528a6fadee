package io.barecount.scheduler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.control.Scope;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolStateTest {
    private static final Scope POOL = Scope.pool(RunnerType.EC2, "core");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private PoolState state;
    private Instant now = NOON;

    private List<ControlEvent.CapacityDesired> after(Duration time, int out, int waiting, int least, int most) {
        now = now.plus(time);
        var oldest = waiting == 0 ? null : Duration.ofSeconds(7);
        var decision = PoolState.decide(state, new PoolInput(POOL, out, waiting, oldest, least, most), now);
        state = decision.state();
        return decision.events().stream()
                .map(Outgoing::data)
                .map(ControlEvent.CapacityDesired.class::cast)
                .toList();
    }

    @Test
    void capacityGrowsAtOnceWithWhatWaitsUpToItsCeilingAndSaysWhy() {
        assertThat(after(Duration.ZERO, 0, 3, 0, 10)).singleElement().satisfies(event -> {
            assertThat(event.from()).isZero();
            assertThat(event.to()).isEqualTo(3);
            assertThat(event.reason()).isEqualTo("0 attempts are out and 3 wait, the oldest for 7 s");
        });
        assertThat(after(Duration.ofSeconds(5), 3, 90, 0, 10))
                .singleElement()
                .extracting(ControlEvent.CapacityDesired::to)
                .isEqualTo(10);
        assertThat(after(Duration.ofSeconds(5), 10, 83, 0, 10)).isEmpty();
    }

    @Test
    void capacityShrinksOnlyAfterItWasNotNeededForAWhile() {
        after(Duration.ZERO, 0, 8, 2, 10);
        after(Duration.ofMinutes(1), 8, 0, 2, 10);
        assertThat(after(PoolState.IDLE.minusSeconds(1), 1, 0, 2, 10)).isEmpty();
        assertThat(after(Duration.ofSeconds(1), 1, 0, 2, 10))
                .singleElement()
                .extracting(ControlEvent.CapacityDesired::to)
                .isEqualTo(2);
        assertThat(state.desired()).isEqualTo(2);
    }

    @Test
    void aCeilingThatIsLoweredHoldsAtOnce() {
        after(Duration.ZERO, 8, 0, 0, 10);

        assertThat(after(Duration.ofSeconds(1), 8, 0, 0, 4))
                .singleElement()
                .extracting(ControlEvent.CapacityDesired::reason)
                .isEqualTo("the pool may have 4");
    }
}
