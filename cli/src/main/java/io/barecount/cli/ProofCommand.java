package io.barecount.cli;

import io.barecount.contracts.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "proof",
        mixinStandardHelpOptions = true,
        description = {
            "Writes one file that shows an outsider how a run went: its entries in the ledger, that they are in it, the permit, the evidence.",
            "It is checked offline, with public keys alone, by ./barecount verify FILE."
        })
final class ProofCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private RunId run;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write it (default: <run>.proof.json).")
    private Path output;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var proof = data.client().get("/ledger/runs/" + run + "/proof");
        var file = output == null ? Path.of(run + ".proof.json") : output;
        Files.writeString(file, proof.toPrettyString() + "\n");
        System.out.println(file + ": " + proof.path("entries").size() + " entries. Check it with ./barecount verify "
                + file + data.argument() + ", here, or anywhere with the public keys and the origin of "
                + data.directory().keys());
        return 0;
    }
}
