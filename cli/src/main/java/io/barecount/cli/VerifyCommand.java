package io.barecount.cli;

import io.barecount.cli.access.Access;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.verifier.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** The verifier as it is: a program of its own, whose command line is its own. */
@Command(
        name = "verify",
        description =
                "Check the ledger, or a file with a proof, from outside, with public keys alone: verify --help says how.")
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        return Verifier.run(
                arguments,
                VerifyCommand::ownToken,
                spec.commandLine().getOut(),
                spec.commandLine().getErr());
    }

    private static Optional<String> ownToken(Path data) {
        try {
            return Access.own(new DataDirectory(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
