package io.barecount.cli;

import io.barecount.verifier.WitnessServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** The witness as it is: a program of its own, whose command line is its own. */
@Command(
        name = "witness",
        description = "Cosign checkpoints of a log that only grows, for its readers: witness --help says how.")
final class WitnessCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        return WitnessServer.run(
                arguments, spec.commandLine().getOut(), spec.commandLine().getErr());
    }
}
