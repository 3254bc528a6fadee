package io.barecount.benchmarks;

import io.barecount.contracts.event.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How many decisions one thread makes in a second of processor time, by JMH. What is measured is policy-service's, which no other module may know: it is on the
 * class path of this process, and given as plain suppliers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class DecisionSpeed {
    private static final int ITERATIONS = 5;

    @Param("")
    public String examples;

    @Param("1")
    public int copies;

    private IntSupplier decision;
    private IntSupplier bare;
    private IntSupplier denial;

    /**
     * @param rules that were loaded
     * @param decisionsPerSecond of runs that pass; beside each figure half of its 99.9 % confidence interval
     * @param barePerSecond the same expressions for the same runs, by the reference implementation, and nothing else
     * @param ratio of the two
     * @param denialsPerSecond with a suggestion each
     */
    record Result(
            int rules,
            double decisionsPerSecond,
            double decisionsError,
            double barePerSecond,
            double bareError,
            double ratio,
            double denialsPerSecond,
            double denialsError) {}

    @SuppressWarnings("unchecked")
    private static Map<String, IntSupplier> measured(String examples, int copies) throws ReflectiveOperationException {
        return (Map<String, IntSupplier>) Class.forName("io.barecount.policy.MeasuredDecisions")
                .getMethod("of", Path.class, int.class)
                .invoke(null, Path.of(examples), copies);
    }

    @Setup
    public void load() throws ReflectiveOperationException {
        var measured = measured(examples, copies);
        decision = measured.get("decision");
        bare = measured.get("bare");
        denial = measured.get("denial");
    }

    @Benchmark
    public int decision() {
        return decision.getAsInt();
    }

    @Benchmark
    public int bare() {
        return bare.getAsInt();
    }

    @Benchmark
    public int denial() {
        return denial.getAsInt();
    }

    /** Arguments: the examples' directory, copies of their rules, seconds for each measurement. */
    public static void main(String[] args) throws RunnerException, ReflectiveOperationException {
        var iteration = TimeValue.milliseconds(Integer.parseInt(args[2]) * 1000L / ITERATIONS);
        var runs = new Runner(new OptionsBuilder()
                        .include("^" + DecisionSpeed.class.getName().replace(".", "\\.") + "\\.")
                        .param("examples", args[0])
                        .param("copies", args[1])
                        .addProfiler(ProcessorTime.class)
                        .forks(1)
                        .warmupIterations(ITERATIONS)
                        .warmupTime(iteration)
                        .measurementIterations(ITERATIONS)
                        .measurementTime(iteration)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        var decision = of("decision", runs);
        var bare = of("bare", runs);
        var denial = of("denial", runs);
        System.out.println(Json.tree(new Result(
                        measured(args[0], Integer.parseInt(args[1]))
                                .get("rules")
                                .getAsInt(),
                        Math.round(decision.getScore()),
                        Math.round(decision.getScoreError()),
                        Math.round(bare.getScore()),
                        Math.round(bare.getScoreError()),
                        Math.round(decision.getScore() / bare.getScore() * 100) / 100.0,
                        Math.round(denial.getScore()),
                        Math.round(denial.getScoreError())))
                .toPrettyString());
    }

    private static org.openjdk.jmh.results.Result<?> of(String benchmark, Iterable<RunResult> runs) {
        for (var run : runs) {
            if (run.getParams().getBenchmark().endsWith("." + benchmark)) {
                return run.getSecondaryResults().get(ProcessorTime.LABEL);
            }
        }
        throw new IllegalStateException("nothing was measured of " + benchmark);
    }
}
