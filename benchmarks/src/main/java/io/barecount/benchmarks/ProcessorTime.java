package io.barecount.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * For JMH: operations in a second of the whole process's processor time, collector and compiler among it. JMH's own score is by the clock, and
 * falls with whatever else the machine does.
 */
public final class ProcessorTime implements InternalProfiler {
    static final String LABEL = "processor-time";
    private static final double NANOS = 1e9;

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private long before;

    @Override
    public String getDescription() {
        return "operations in a second of processor time";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = process.getProcessCpuTime();
    }

    @Override
    public Collection<ScalarResult> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        var operations = result.getMetadata().getAllOps();
        var used = process.getProcessCpuTime() - before;
        return List.of(new ScalarResult(LABEL, operations * NANOS / used, "ops/s", AggregationPolicy.AVG));
    }
}
