package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can be had of the ledger. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = "What outsiders are given of the ledger.",
        subcommands = ProofCommand.class)
final class LedgerCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Writes the keyring: the public keys of log, permits and evidence, to be handed to auditors once, in person.",
                "They check with ./barecount verify FILE --key KEYRING, or java -jar verifier.jar FILE --key KEYRING."
            })
    int keys(@Mixin DataOption data) throws IOException {
        var keys = data.directory().keys();
        var origin = Files.readString(keys.resolve("origin")).strip();
        var out = spec.commandLine().getOut();
        out.println("log " + Checkpoint.verifierKey(origin, VerifyingKey.ofPem(pem(keys, "checkpoint"))));
        out.println("permits " + base64(pem(keys, "permit")));
        out.println("evidence " + base64(pem(keys, "evidence")));
        out.flush();
        return 0;
    }

    private static String pem(Path keys, String name) throws IOException {
        return Files.readString(keys.resolve(name + ".pub.pem"));
    }

    /** The key's X.509 form, which a PEM block holds. */
    private static String base64(String pem) {
        return pem.replaceAll("-----[A-Z ]+-----|\\s", "");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Writes one file that shows that the log only grew between two of its checkpoints.",
                "It is checked offline, with the log's public key alone, by ./barecount verify FILE."
            })
    int consistency(
            @Mixin DataOption data,
            @Parameters(
                            paramLabel = "OLD",
                            description = "A file with a checkpoint that was kept, or the log's size then.")
                    String older,
            @Parameters(paramLabel = "NEW", arity = "0..1", description = "Likewise (default: the newest).")
                    String newer,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            description = "Where to write it (default: consistency.proof.json).",
                            defaultValue = "consistency.proof.json")
                    Path output)
            throws IOException, InterruptedException {
        var query = "?from=" + size(older) + (newer == null ? "" : "&to=" + size(newer));
        var proof = (ObjectNode) data.client().get("/ledger/consistency" + query);
        putKept(proof, "from", older);
        if (newer != null) {
            putKept(proof, "to", newer);
        }
        if (!proof.has("from")) {
            throw new IOException(
                    "no checkpoint was signed at size " + older + "; those in between, and the newest, were: see"
                            + " barecount.checkpoints, or keep what GET /ledger/checkpoint answers");
        }
        Files.writeString(output, proof.toPrettyString() + "\n");
        System.out.println(output + ": check it with ./barecount verify " + output + data.argument());
        return 0;
    }

    /** What is to be shown is that the log goes on from what was kept, whatever it says that it signed. */
    private static void putKept(ObjectNode proof, String field, String checkpoint) throws IOException {
        if (Files.isRegularFile(Path.of(checkpoint))) {
            proof.put(field, Files.readString(Path.of(checkpoint)));
        }
    }

    private long size(String checkpoint) throws IOException {
        var file = Path.of(checkpoint);
        var text = Files.isRegularFile(file)
                ? Files.readAllLines(file).stream().skip(1).findFirst().orElse("")
                : checkpoint;
        if (!text.matches("[0-9]{1,18}")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "\"" + checkpoint + "\" is neither a file with a checkpoint nor a size of the log");
        }
        return Long.parseLong(text);
    }

    @Command(mixinStandardHelpOptions = true, description = "Says which witnesses cosign the log's checkpoints.")
    int witnesses(@Mixin DataOption data) throws IOException, InterruptedException {
        var answer = data.client().get("/ledger/witnesses");
        var table = new Table("WITNESS", "ADDRESS", "COSIGNED", "AT", "PROBLEM");
        var alarms = 0;
        for (var witness : answer.path("witnesses")) {
            alarms += witness.has("alarm") ? 1 : 0;
            table.add(
                    witness.path("name").asText(),
                    witness.path("address").asText(),
                    witness.path("size").asText(),
                    witness.path("at").asText("-"),
                    problem(witness));
        }
        System.out.print(table);
        System.out.println(
                "A checkpoint is served once " + answer.path("quorum").asText() + " cosigned it.");
        return alarms == 0 ? 0 : 1;
    }

    /** What auditors ask of all runs. */
    enum Report {
        WITHOUT_EVIDENCE("without-evidence"),
        BOUNDARY_FINDINGS("boundary-findings"),
        SPEND("spend"),
        RULES("rules");

        private final String path;

        Report(String path) {
            this.path = path;
        }

        @Override
        public String toString() {
            return path;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Tells what auditors ask of all runs: without-evidence (successes that nobody attested: there must be none; exit code 1"
                        + " if there are), boundary-findings, spend (by cost centre), rules (decisions by rule)."
            })
    int report(
            @Mixin DataOption data,
            @Parameters(paramLabel = "NAME", description = "One of ${COMPLETION-CANDIDATES}.") Report report,
            @Option(names = "--from", paramLabel = "TIME", description = "From this day or time on (UTC).") String from,
            @Option(names = "--until", paramLabel = "TIME", description = "Before this day or time (UTC).")
                    String until,
            @Option(names = "--json", description = "One JSON document.") boolean json)
            throws IOException, InterruptedException {
        var period = (from == null ? "" : "&from=" + from) + (until == null ? "" : "&until=" + until);
        var lines = data.client()
                .get("/ledger/reports/" + report + period.replaceFirst("&", "?"))
                .path("lines");
        System.out.print(json ? lines.toPrettyString() + "\n" : table(lines));
        return report == Report.WITHOUT_EVIDENCE && !lines.isEmpty() ? 1 : 0;
    }

    /** With a column for each field that any line has. */
    private static String table(JsonNode lines) {
        if (lines.isEmpty()) {
            return "none\n";
        }
        var names = new LinkedHashSet<String>();
        lines.forEach(line -> line.fieldNames().forEachRemaining(names::add));
        var table = new Table(names.stream()
                .map(name -> name.replaceAll("([A-Z])", " $1").toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
        lines.forEach(line -> table.add(
                names.stream().map(name -> line.path(name).asText("-")).toArray()));
        return table.toString();
    }

    private static String problem(JsonNode witness) {
        return witness.has("alarm")
                ? "ALARM: " + witness.path("alarm").asText()
                : witness.path("away").asText("");
    }
}
