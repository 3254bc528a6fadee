package io.barecount.policy.estimate;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Runner;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A price book in use: makes the tariff of a runner, and estimates of it. */
public final class Prices {
    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);
    private static final BigDecimal MIB_PER_GIB = BigDecimal.valueOf(1024);
    private static final BigDecimal CPU_UNITS_PER_VCPU = BigDecimal.valueOf(1024);

    private final PriceBook book;
    private final Digest digest;
    private final Map<String, PriceBook.Item> items = new LinkedHashMap<>();

    public Prices(PriceBook book) {
        this.book = book;
        this.digest = Digest.ofCanonical(book);
        book.items().forEach(item -> items.put(item.item(), item));
    }

    public PriceBook book() {
        return book;
    }

    public Digest digest() {
        return digest;
    }

    /** What is on sale for this type of runner, in the book's order. */
    public List<String> itemsFor(RunnerType type) {
        var prefix = Names.of(type) + ".";
        return items.keySet().stream().filter(item -> item.startsWith(prefix)).toList();
    }

    Optional<PriceBook.Item> find(String item) {
        return Optional.ofNullable(items.get(item));
    }

    /** As {@link #estimate(Manifest, History)}, by what the manifest says alone. */
    public Estimation estimate(Manifest manifest) {
        return estimate(manifest, History.NONE);
    }

    /**
     * Of a run of this manifest, with as many tasks as it has. What the pipeline's own runs took counts more than what its author
     * expects; the most that it may cost is up to the timeout alone, whatever was before.
     */
    public Estimation estimate(Manifest manifest, History history) {
        var quote = new Quote();
        var runner = manifest.spec().runner();
        switch (runner.type()) {
            case LAMBDA -> lambda(quote, runner);
            case FARGATE -> fargate(quote, runner);
            case GLUE -> glue(quote, runner);
            case EC2 -> quote.perHour(ec2Item(runner.ec2().instanceType()), BigDecimal.ONE);
            case ONPREM -> quote.perHour("onprem.hour", BigDecimal.ONE);
            case AUTO -> throw new IllegalArgumentException("no runner is chosen yet, and only a runner has a price");
        }
        if (!quote.missing.isEmpty()) {
            return new Estimation.Unpriced(quote.missing);
        }
        var tariff = new Tariff(book.currency(), quote.lines);
        var tasks = manifest.taskCount();
        var expected = manifest.spec().cost().expectedRuntime();
        var timeout = manifest.spec().execution().timeout();
        var past = history.on(runner.type());
        var low = past.map(known -> shorter(known.low(), timeout)).orElse(expected.dividedBy(2));
        var perTask = past.map(known -> shorter(known.likely(), timeout)).orElse(expected);
        return new Estimation.Priced(new Estimate(
                cost(tariff, low, tasks),
                cost(tariff, perTask, tasks),
                cost(tariff, timeout, tasks),
                perTask,
                tasks,
                tariff,
                digest,
                past.map(Experience::runs).orElse(null)));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    static String ec2Item(String instanceType) {
        return "ec2." + instanceType + "-hour";
    }

    private static Money cost(Tariff tariff, Duration perTask, int tasks) {
        return tariff.cost(perTask).times(BigDecimal.valueOf(tasks));
    }

    private static void lambda(Quote quote, Runner runner) {
        var gigabytes = BigDecimal.valueOf(runner.lambda().memoryMiB()).divide(MIB_PER_GIB, MathContext.DECIMAL64);
        quote.perSecond("lambda.gb-second." + runner.lambda().architecture(), gigabytes);
        quote.perAttempt("lambda.request");
    }

    /** Spare capacity costs what the book says of it; of a book that says nothing, as much as any other. */
    private void fargate(Quote quote, Runner runner) {
        var fargate = runner.fargate();
        var spot = fargate.maySpot()
                && items.containsKey("fargate.spot-vcpu-hour")
                && items.containsKey("fargate.spot-gb-hour");
        var kind = spot ? "fargate.spot-" : "fargate.";
        quote.perHour(
                kind + "vcpu-hour",
                BigDecimal.valueOf(fargate.cpu()).divide(CPU_UNITS_PER_VCPU, MathContext.DECIMAL64));
        quote.perHour(
                kind + "gb-hour", BigDecimal.valueOf(fargate.memoryMiB()).divide(MIB_PER_GIB, MathContext.DECIMAL64));
    }

    private static void glue(Quote quote, Runner runner) {
        var glue = runner.glue();
        quote.perHour(
                "glue.dpu-hour", new BigDecimal(glue.workerType().dpu()).multiply(BigDecimal.valueOf(glue.workers())));
    }

    /** The lines of a tariff as they are found, and the items that are not. */
    private final class Quote {
        private final List<Tariff.Line> lines = new ArrayList<>();
        private final List<String> missing = new ArrayList<>();

        void perHour(String item, BigDecimal quantity) {
            add(item, BigDecimal.ONE, quantity);
        }

        void perSecond(String item, BigDecimal quantity) {
            add(item, SECONDS_PER_HOUR, quantity);
        }

        private void add(String item, BigDecimal unitsPerHour, BigDecimal quantity) {
            var found = items.get(item);
            if (found == null) {
                missing.add(item);
                return;
            }
            lines.add(new Tariff.Line(
                    item, found.price().multiply(unitsPerHour), quantity, found.minimum(), BigDecimal.ZERO));
        }

        void perAttempt(String item) {
            var found = items.get(item);
            if (found == null) {
                missing.add(item);
                return;
            }
            lines.add(new Tariff.Line(item, BigDecimal.ZERO, BigDecimal.ZERO, Duration.ZERO, found.price()));
        }
    }
}
