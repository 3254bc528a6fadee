package io.barecount.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Any history of many runs under limits. The campaign: {@code -Dbarecount.cases=10000}. */
class PlatformTest {
    private static final int CASES = Integer.getInteger("barecount.cases", 100);

    @Test
    void noLimitIsExceededNothingLeaksAndEveryRunEndsOnce() {
        var preempted = 0;
        var retried = 0;
        var waited = 0;
        for (var seed = 1; seed <= CASES; seed++) {
            var platform = new Platform(seed);

            platform.play();

            assertThat(platform.violations).as("seed %s", seed).isEmpty();
            preempted += platform.preempted;
            retried += platform.retried;
            waited += platform.waited;
        }
        System.out.printf(
                "%d histories: %d attempts preempted, %d retries, %d waits for a limit%n",
                CASES, preempted, retried, waited);
        assertThat(preempted).isGreaterThan(CASES / 20);
        assertThat(retried).isGreaterThan(CASES / 2);
        assertThat(waited).isGreaterThan(CASES);
    }
}
