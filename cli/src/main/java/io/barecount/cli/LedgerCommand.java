package io.barecount.cli;

import picocli.CommandLine.Command;

/** What can be had of the ledger. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = "What outsiders are given of the ledger.",
        subcommands = ProofCommand.class)
final class LedgerCommand {}
