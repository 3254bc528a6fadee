package io.barecount.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./barecount bench}: one subcommand for each benchmark. */
@Command(
        name = "barecount bench",
        mixinStandardHelpOptions = true,
        description = "Measures the platform beside its physical limit, both in this invocation.",
        subcommands = {
            PipelineBenchmark.class,
            AcceptBenchmark.class,
            FanOutBenchmark.class,
            ClusterBenchmark.class,
            RunnersBenchmark.class,
            LedgerBenchmark.class,
            DecisionsBenchmark.class
        })
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] args) {
        var line = new CommandLine(new Benchmarks());
        line.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println("barecount bench: " + failure.getMessage());
            return 1;
        });
        System.exit(line.execute(args));
    }
}
