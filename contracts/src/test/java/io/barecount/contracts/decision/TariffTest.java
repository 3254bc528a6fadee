package io.barecount.contracts.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barecount.contracts.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TariffTest {
    private static final Tariff GLUE = new Tariff(
            "USD",
            List.of(new Tariff.Line(
                    "glue.dpu-hour", new BigDecimal("0.44"), BigDecimal.TWO, Duration.ofMinutes(1), BigDecimal.ZERO)));

    @Test
    void timeIsChargedFromTheMinimumOn() {
        assertThat(GLUE.cost(Duration.ofHours(1))).isEqualTo(Money.usd("0.88"));
        assertThat(GLUE.cost(Duration.ofSeconds(1))).isEqualTo(GLUE.cost(Duration.ofMinutes(1)));
        assertThat(GLUE.cost(Duration.ofSeconds(90))).isEqualTo(Money.usd("0.022"));
    }

    @Test
    void aRequestIsChargedOnceAnAttempt() {
        var lambda = new Tariff(
                "USD",
                List.of(new Tariff.Line(
                        "lambda.request",
                        BigDecimal.ZERO,
                        BigDecimal.ZERO,
                        Duration.ZERO,
                        new BigDecimal("0.0000002"))));

        assertThat(lambda.cost(Duration.ofSeconds(5))).isEqualTo(Money.usd("0.0000002"));
    }

    @Test
    void currenciesDoNotMix() {
        assertThatThrownBy(() -> Money.usd("1").plus(Money.zero("EUR"))).hasMessageContaining("EUR");
    }
}
