package io.barecount.policy.estimate;

import static io.barecount.policy.Samples.SHIPPED;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.ec2;
import static io.barecount.policy.Samples.example;
import static io.barecount.policy.Samples.fargate;
import static io.barecount.policy.Samples.glue;
import static io.barecount.policy.Samples.lambda;
import static io.barecount.policy.Samples.onprem;
import static io.barecount.policy.Samples.spot;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.GlueWorker;
import io.barecount.contracts.manifest.RunnerType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Amounts are worked out by hand from the shipped price book. */
class PricesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final Prices prices = new Prices(SHIPPED.priceBook());

    private Estimate estimate(Manifest manifest) {
        return ((Estimation.Priced) prices.estimate(manifest)).estimate();
    }

    private static Manifest tenSecondsOn(Manifest.Runner runner) {
        return draft().on(runner).manifest();
    }

    @Test
    void lambdaIsChargedByMemoryAndTimeAndByTheRequest() {
        // 10 s × 0.5 GB × 0.0000133334 + 0.0000002
        assertThat(estimate(tenSecondsOn(lambda(512))).likely()).isEqualTo(Money.usd("0.000066867"));
    }

    @Test
    void lambdasProcessorsHaveTheirOwnPrices() {
        var runner = new Manifest.Runner(
                RunnerType.LAMBDA,
                new Manifest.Lambda(1024, Manifest.Architecture.X86_64),
                null,
                null,
                null,
                null,
                new Manifest.Scaling(0, 1));

        assertThat(estimate(tenSecondsOn(runner)).likely()).isEqualTo(Money.usd("0.000166867"));
    }

    @Test
    void spareCapacityCostsWhatTheBookSaysOfIt() {
        var onSpot = spot(256, 512);
        var items = new ArrayList<>(List.of(item("fargate.vcpu-hour", "0.04"), item("fargate.gb-hour", "0.004")));
        var onDemand = prices(items).estimate(tenSecondsOn(onSpot));
        items.addAll(List.of(item("fargate.spot-vcpu-hour", "0.01"), item("fargate.spot-gb-hour", "0.001")));
        var cheaper = prices(items).estimate(tenSecondsOn(onSpot));

        assertThat(itemsOf(onDemand)).containsExactly("fargate.vcpu-hour", "fargate.gb-hour");
        assertThat(itemsOf(cheaper)).containsExactly("fargate.spot-vcpu-hour", "fargate.spot-gb-hour");
        assertThat(itemsOf(prices(items).estimate(tenSecondsOn(fargate(256, 512)))))
                .containsExactly("fargate.vcpu-hour", "fargate.gb-hour");
    }

    private static List<String> itemsOf(Estimation estimation) {
        return ((Estimation.Priced) estimation)
                .estimate().tariff().lines().stream().map(Tariff.Line::item).toList();
    }

    private static PriceBook.Item item(String name, String price) {
        return new PriceBook.Item(name, new BigDecimal(price), "test", "2026-01", Duration.ZERO);
    }

    private static Prices prices(List<PriceBook.Item> items) {
        return new Prices(new PriceBook("test", "2026-01", "USD", items));
    }

    @Test
    void fargateIsChargedForAMinuteAtLeast() {
        // (0.25 × 0.04048 + 0.5 × 0.004445) / 60
        var tenSeconds = estimate(tenSecondsOn(fargate(256, 512)));

        assertThat(tenSeconds.likely()).isEqualTo(Money.usd("0.0002057083"));
        assertThat(tenSeconds.high()).isEqualTo(tenSeconds.likely());
    }

    @Test
    void glueIsChargedByDpuOfAllWorkers() {
        // 2 × 0.25 × 0.44 / 60
        assertThat(estimate(tenSecondsOn(glue(GlueWorker.G_025X, 2))).likely()).isEqualTo(Money.usd("0.0036666667"));
    }

    @Test
    void ec2IsChargedByInstanceForAMinuteAtLeast() {
        // 0.34 / 60
        assertThat(estimate(tenSecondsOn(ec2("c6i.2xlarge", 512))).likely()).isEqualTo(Money.usd("0.0056666667"));
    }

    @Test
    void ownMachinesAreNotCharged() {
        assertThat(estimate(tenSecondsOn(onprem(512))).high()).isEqualTo(Money.zero("USD"));
    }

    @Test
    void everyTaskOfABatchAndItsMergeIsCharged() {
        var estimate = estimate(example("gdp-transform"));

        assertThat(estimate.tasks()).isEqualTo(6);
        assertThat(estimate.perTask()).isEqualTo(Duration.ofMinutes(2));
        // 2 DPU × 0.44 × 1, 2, 10 minutes, each task to ten decimal places, times 6
        assertThat(estimate.low()).isEqualTo(Money.usd("0.0880000002"));
        assertThat(estimate.likely()).isEqualTo(Money.usd("0.1759999998"));
        assertThat(estimate.high()).isEqualTo(Money.usd("0.8800000002"));
    }

    @Test
    void theTariffIsTheOneThatTheEstimateWasMadeWith() {
        var estimate = estimate(tenSecondsOn(lambda(512)));

        assertThat(estimate.tariff().cost(Duration.ofSeconds(10))).isEqualTo(estimate.likely());
        assertThat(estimate.priceBook()).isEqualTo(prices.digest());
    }

    @Test
    void lowLikelyAndHighAreHalfTheTimeTheTimeAndTheTimeout() {
        var estimate = estimate(
                draft().on(lambda(1024)).taking(MINUTE, MINUTE.multipliedBy(5)).manifest());

        assertThat(estimate.low()).isEqualTo(estimate.tariff().cost(MINUTE.dividedBy(2)));
        assertThat(estimate.likely()).isEqualTo(estimate.tariff().cost(MINUTE));
        assertThat(estimate.high()).isEqualTo(estimate.tariff().cost(MINUTE.multipliedBy(5)));
    }

    @Test
    void aMissingPriceIsNamedAndNeverGuessed() {
        assertThat(prices.estimate(tenSecondsOn(ec2("x9.metal", 512))))
                .isEqualTo(new Estimation.Unpriced(List.of("ec2.x9.metal-hour")));
    }

    @Test
    void allMissingPricesAreNamed() {
        var empty = new Prices(new PriceBook("empty", "2026-06", "USD", List.of()));

        assertThat(empty.estimate(tenSecondsOn(fargate(256, 512))))
                .isEqualTo(new Estimation.Unpriced(List.of("fargate.vcpu-hour", "fargate.gb-hour")));
        assertThat(empty.estimate(tenSecondsOn(lambda(512))))
                .isEqualTo(new Estimation.Unpriced(List.of("lambda.gb-second.arm64", "lambda.request")));
    }

    @Test
    void anotherPriceMakesAnotherDigest() {
        var book = SHIPPED.priceBook();
        var fewer = new PriceBook(
                book.name(),
                book.date(),
                book.currency(),
                book.items().subList(1, book.items().size()));

        assertThat(new Prices(fewer).digest()).isNotEqualTo(prices.digest());
        assertThat(new Prices(SHIPPED.priceBook()).digest()).isEqualTo(prices.digest());
    }
}
