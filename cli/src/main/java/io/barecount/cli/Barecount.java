package io.barecount.cli;

import io.barecount.contracts.RunId;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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
            TokenCommand.class,
            DemoCommand.class,
            ManifestCommand.Validate.class,
            ManifestCommand.Explain.class,
            ManifestCommand.Diff.class,
            ManifestCommand.Sign.class,
            KeysCommand.class,
            ManifestCommand.Check.class,
            FilterCommand.class,
            SubmitCommand.class,
            ApprovalCommand.Show.class,
            ApprovalCommand.Inbox.class,
            ApprovalCommand.Approve.class,
            ApprovalCommand.Refuse.class,
            ApprovalCommand.Revoke.class,
            ExemptionCommand.class,
            CostCommand.Budgets.class,
            CostCommand.Spend.class,
            CostCommand.Estimates.class,
            RunsCommand.class,
            CancelCommand.class,
            ControlCommand.Pause.class,
            ControlCommand.Resume.class,
            ControlCommand.Drain.class,
            ControlCommand.Kill.class,
            ControlCommand.Limit.class,
            ControlsCommand.class,
            PoolsCommand.class,
            PolicyCommand.class,
            PipelineCommand.class,
            SchedulesCommand.class,
            BackfillCommand.class,
            RedriveCommand.class,
            RedriveCommand.Retry.class,
            TailCommand.class,
            AgentCommand.class,
            AirGapCommand.class,
            LedgerCommand.class,
            VerifyCommand.class,
            WitnessCommand.class,
            DeployCommand.class,
            CommandLine.HelpCommand.class
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
        line.registerConverter(RunId.class, Barecount::run);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println(command.getColorScheme().errorText("barecount: " + message(failure)));
            return 1;
        });
        System.exit(line.execute(args));
    }

    private static RunId run(String text) {
        try {
            return RunId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(
                    "'" + text
                            + "' is no run's id, which looks like 0190f3c2-7d1e-7b7e-9c1f-2f1f6a1d4c33: ./barecount runs lists them");
        }
    }

    private static String message(Exception failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        }
        if (failure instanceof FileSystemException file) {
            return file.getFile() + " can't be read or written"
                    + (file.getReason() == null ? "" : ": " + file.getReason());
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
