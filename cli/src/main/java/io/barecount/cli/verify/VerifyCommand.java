package io.barecount.cli.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code barecount verify}: exit code 0 if every byte is as signed, 1 with what is not, 2 if it was called wrongly. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Check the ledger from outside, with its public key: every entry, every hash, and that it still begins with what was"
                    + " verified before.",
            "With a file, check a run's proof or one entry's, offline: the log's signature, the permit's, the evidence's."
        })
public final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "data directory: its keys, and what was verified last (default: ${DEFAULT-VALUE})",
            defaultValue = "data")
    private Path data;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "the ledger, over HTTP or as file: for a copy in a directory (default: the platform's own, as"
                    + " run/platform.json in the data directory tells)")
    private URI url;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "public key in PEM (default: keys/checkpoint.pub.pem in the data directory)")
    private Path keyFile;

    @Option(
            names = "--origin",
            paramLabel = "NAME",
            description = "the log's name (default: what keys/origin in the data directory says)")
    private String origin;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "check this file instead of the log: as ./barecount ledger proof writes it, or a saved"
                    + " GET /ledger/entries/<seq>")
    private Path proof;

    @Option(
            names = "--permit-key",
            paramLabel = "FILE",
            description =
                    "public key of permits, for a run's proof (default: keys/permit.pub.pem in the data directory)")
    private Path permitKeyFile;

    @Option(
            names = "--evidence-key",
            paramLabel = "FILE",
            description =
                    "public key of evidence, for a run's proof (default: keys/evidence.pub.pem in the data directory)")
    private Path evidenceKeyFile;

    @Option(names = "--json", description = "answer in JSON")
    private boolean json;

    /** As {@code --json} prints it. */
    private record Answer(
            long size,
            String root,
            boolean verified,
            Map<String, Long> entries,
            List<Finding> findings,
            ProvenRun run) {}

    @Override
    public Integer call() throws IOException {
        var key = key();
        var name =
                origin == null ? read(data.resolve("keys/origin"), "--origin").strip() : origin;
        var verdict = proof == null ? verifyLog(name, key) : verifyProof(name, key);
        print(verdict);
        return verdict.verified() ? 0 : 1;
    }

    private Verdict verifyLog(String name, VerifyingKey key) throws IOException {
        var remembered = data.resolve("run/verified-checkpoint");
        var before = Files.exists(remembered) ? Optional.of(Files.readString(remembered)) : Optional.<String>empty();
        var verdict = new LedgerVerifier(LogSource.of(url == null ? ownLedger() : url), name, key).verify(before);
        if (verdict.verified() && Files.isDirectory(data)) {
            Files.createDirectories(remembered.getParent());
            var next = Files.writeString(remembered.resolveSibling("verified-checkpoint.next"), verdict.note());
            Files.move(next, remembered, StandardCopyOption.ATOMIC_MOVE);
        }
        return verdict;
    }

    private URI ownLedger() {
        var state = data.resolve("run/platform.json");
        if (Files.isDirectory(data.resolve("keys")) && !Files.exists(state)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no platform runs over " + data + ": start it with ./barecount up, or say --url of a ledger");
        }
        try {
            var frontDoor = Json.mapper()
                    .readTree(read(state, "--url"))
                    .path("frontDoor")
                    .asText();
            return URI.create(frontDoor.replaceAll("/$", "") + "/ledger");
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), state + " can't be understood; say --url: " + e.getMessage());
        }
    }

    private Verdict verifyProof(String name, VerifyingKey key) throws IOException {
        if (!Files.isRegularFile(proof)) {
            throw new ParameterException(spec.commandLine(), "there is no file " + proof);
        }
        var file = Files.readAllBytes(proof);
        try {
            if (!RunProof.isOne(file)) {
                return EntryProof.parse(file).verify(name, key);
            }
            var permits = key(permitKeyFile, "keys/permit.pub.pem", "--permit-key");
            var evidence = key(evidenceKeyFile, "keys/evidence.pub.pem", "--evidence-key");
            return RunProof.parse(file).verify(name, new RunProof.Keys(key, permits, evidence));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    proof + " is no proof, as ./barecount ledger proof writes it: "
                            + e.getMessage().lines().findFirst().orElse(""));
        }
    }

    private VerifyingKey key() {
        return key(keyFile, "keys/checkpoint.pub.pem", "--key");
    }

    private VerifyingKey key(Path given, String usual, String option) {
        var file = given == null ? data.resolve(usual) : given;
        try {
            return VerifyingKey.ofPem(read(file, option));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), file + ": " + e.getMessage());
        }
    }

    private String read(Path file, String option) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    file + " can't be read. Name the data directory with --data, or say " + option
                            + ". Key and origin must come from where you trust, not from the ledger itself");
        }
    }

    private void print(Verdict verdict) {
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.text(new Answer(
                    verdict.size(),
                    verdict.root(),
                    verdict.verified(),
                    verdict.entriesByTopic(),
                    verdict.findings(),
                    verdict.run())));
        } else {
            printText(verdict, out);
        }
        out.flush();
    }

    private void printText(Verdict verdict, PrintWriter out) {
        if (verdict.verified() && verdict.run() != null) {
            out.println("verified: " + verdict.run().inWords());
            out.println(count(verdict) + " entries of the log of " + verdict.size()
                    + ", with all that they claim, and none left out");
        } else if (verdict.verified() && proof != null) {
            var entries = count(verdict);
            out.println("verified: " + entries + (entries == 1 ? " entry" : " entries") + " of the log of "
                    + verdict.size() + ", with all that they claim");
        } else if (verdict.verified()) {
            out.println("verified: " + verdict.size() + " entries are as they were signed");
            verdict.entriesByTopic().forEach((topic, count) -> out.printf("  %-30s %,d%n", topic, count));
        } else {
            out.println("NOT VERIFIED");
            verdict.findings().forEach(finding -> out.println("  " + finding.problem()));
        }
        if (verdict.root() != null) {
            out.println("root " + verdict.root());
        }
    }

    private static long count(Verdict verdict) {
        return verdict.entriesByTopic().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
