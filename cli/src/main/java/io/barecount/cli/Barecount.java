package io.barecount.cli;

import io.barecount.cli.verify.VerifyCommand;
import io.barecount.contracts.RunId;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 as wished, 1 not so, 2 wrong usage. */
@Command(
        name = "barecount",
        mixinStandardHelpOptions = true,
        version = "BareCount Runners 0.1.0",
        description = "Runs pipelines where they were declared to run: a signed permit before, a proof after.",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            DemoCommand.class,
            SubmitCommand.class,
            RunsCommand.class,
            CancelCommand.class,
            LedgerCommand.class,
            VerifyCommand.class
        },
        footer = {
            "",
            "Also: ./barecount test       all tests",
            "      ./barecount bench      the platform beside its physical limit",
        })
public final class Barecount {
    private Barecount() {}

    public static void main(String[] args) {
        var line = new CommandLine(new Barecount());
        line.registerConverter(RunId.class, RunId::parse);
        line.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println(command.getColorScheme().errorText("barecount: " + message(failure)));
            return 1;
        });
        System.exit(line.execute(args));
    }

    private static String message(Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
