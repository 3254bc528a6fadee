package io.barecount.policy.estimate;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Runner;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;

/** Prices a run before it starts. */
public final class Estimator {
    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);
    private static final BigDecimal MIB_PER_GB = BigDecimal.valueOf(1024);
    private static final BigDecimal CPU_UNITS = BigDecimal.valueOf(1024);
    private static final String PER_SECOND = "-second";

    private final PriceBook prices;

    public Estimator(PriceBook prices) {
        this.prices = prices;
    }

    /** There is no price for something that the runner would use: the run can't be estimated, and so not permitted. */
    public static final class PriceUnknown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PriceUnknown(String item) {
            super("the price book has no " + item);
        }
    }

    /** @throws PriceUnknown never a guess */
    public Estimate estimate(Manifest manifest) {
        var tariff = tariff(manifest.spec().runner());
        var expected = manifest.spec().cost().expectedRuntime();
        var tasks = manifest.taskCount();
        var count = BigDecimal.valueOf(tasks);
        return new Estimate(
                tariff.cost(expected.dividedBy(2)).times(count),
                tariff.cost(expected).times(count),
                tariff.cost(manifest.spec().execution().timeout()).times(count),
                expected,
                tasks,
                tariff,
                prices.digest());
    }

    private Tariff tariff(Runner runner) {
        var lines = switch (runner.type()) {
            case LAMBDA ->
                List.of(
                        line(
                                "lambda.gb-second." + runner.lambda().architecture(),
                                gigabytes(runner.lambda().memoryMiB())),
                        perAttempt("lambda.request"));
            case FARGATE ->
                List.of(
                        line(
                                "fargate.vcpu-hour",
                                BigDecimal.valueOf(runner.fargate().cpu()).divide(CPU_UNITS, MathContext.DECIMAL64)),
                        line("fargate.gb-hour", gigabytes(runner.fargate().memoryMiB())));
            case GLUE ->
                List.of(line(
                        "glue.dpu-hour",
                        new BigDecimal(runner.glue().workerType().dpu())
                                .multiply(BigDecimal.valueOf(runner.glue().workers()))));
            case EC2 -> List.of(line("ec2." + runner.ec2().instanceType() + "-hour", BigDecimal.ONE));
            case ONPREM -> List.of(line("onprem.hour", BigDecimal.ONE));
        };
        return new Tariff(prices.currency(), lines);
    }

    private Tariff.Line line(String item, BigDecimal quantity) {
        var price = require(item);
        var perHour = item.contains(PER_SECOND) ? price.price().multiply(SECONDS_PER_HOUR) : price.price();
        return new Tariff.Line(item, perHour, quantity, price.minimum(), BigDecimal.ZERO);
    }

    private Tariff.Line perAttempt(String item) {
        return new Tariff.Line(
                item,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                Duration.ZERO,
                require(item).price());
    }

    private PriceBook.Item require(String item) {
        return prices.price(item).orElseThrow(() -> new PriceUnknown(item));
    }

    private static BigDecimal gigabytes(int memoryMiB) {
        return BigDecimal.valueOf(memoryMiB).divide(MIB_PER_GB, MathContext.DECIMAL64);
    }

    /** For comparing: money as rules see it. */
    public static double amount(Money money) {
        return money.amount().doubleValue();
    }
}
