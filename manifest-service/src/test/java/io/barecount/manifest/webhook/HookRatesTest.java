package io.barecount.manifest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HookRatesTest {
    @Test
    void aMinutesWorthIsTakenAtOnceAndThenAsItComes() {
        var clock = new AtomicLong();
        var rates = new HookRates(clock::get);

        for (var i = 0; i < 60; i++) {
            assertThat(rates.take("shop/orders", 60)).isZero();
        }
        assertThat(rates.take("shop/orders", 60)).isEqualTo(Duration.ofSeconds(1));
        assertThat(rates.take("shop/others", 60)).isZero();

        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(rates.take("shop/orders", 60)).isZero();
        assertThat(rates.take("shop/orders", 60)).isPositive();

        clock.addAndGet(Duration.ofHours(1).toNanos());
        for (var i = 0; i < 60; i++) {
            assertThat(rates.take("shop/orders", 60)).isZero();
        }
        assertThat(rates.take("shop/orders", 60)).isPositive();
    }
}
