package io.barecount.verifier;

import io.barecount.verifier.Arguments.Wrong;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** {@code java -jar verifier.jar}, and {@code ./barecount verify}; {@code java -jar verifier.jar witness} is a {@link WitnessServer}. */
public final class Verifier {
    private static final String USAGE = """
            Usage: verify [FILE] [--key KEY] [OPTIONS]

            Checks the ledger from outside, with its public key: every entry, every hash, and that it still begins with what was
            verified before. With FILE, checks a proof offline: a run's, as ./barecount ledger proof writes it (the log's signature,
            the permit's, the evidence's, and that nothing is left out), one entry's (a saved GET /ledger/entries/<seq>), or that
            the log only grew between two checkpoints (./barecount ledger consistency).

              --key KEY            a keyring, as ./barecount ledger keys writes it; or the log's public key in PEM, or as
                                   <origin>+<hash>+<base64> (default: keys/checkpoint.pub.pem in the data directory)
              --origin NAME        the log's name, with a key in PEM (default: what keys/origin in the data directory says)
              --permit-key FILE    public key of permits in PEM, for a run's proof (default: keys/permit.pub.pem)
              --evidence-key FILE  public key of evidence in PEM, for a run's proof (default: keys/evidence.pub.pem)
              --witness KEY        a witness that is trusted, <name>+<hash>+<base64>; may be repeated
              --quorum N           how many of the witnesses must have cosigned the checkpoint (default: all)
              --url URL            the ledger, over HTTP or as file: for a copy in a directory (default: the platform's own, as
                                   run/platform.json in the data directory tells)
              --kept FILE          a checkpoint that was kept: the log must begin with what it covers (default: what was verified
                                   last, run/verified-checkpoint in the data directory)
              --data DIR           data directory of a platform on this machine (default: data)
              --json               answer in JSON

            Exit code: 0 if all is as it was signed, 1 with what is not, 2 if called wrongly.
            """;

    private static final Set<String> SWITCHES = Set.of("--json", "--help", "-h");
    private static final Set<String> OPTIONS = Set.of(
            "--data",
            "--url",
            "--key",
            "--origin",
            "--permit-key",
            "--evidence-key",
            "--witness",
            "--quorum",
            "--kept");

    private final Arguments arguments;
    private final Function<Path, Optional<String>> ownToken;
    private final PrintWriter out;
    private final Path data;

    private Verifier(Arguments arguments, Function<Path, Optional<String>> ownToken, PrintWriter out) {
        this.arguments = arguments;
        this.ownToken = ownToken;
        this.out = out;
        this.data = Path.of(arguments.value("--data", "data"));
    }

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        var words = List.of(args);
        System.exit(
                !words.isEmpty() && words.get(0).equals("witness")
                        ? WitnessServer.run(words.subList(1, words.size()), out, err)
                        : run(words, out, err));
    }

    /** @return the exit code */
    public static int run(List<String> args, PrintWriter out, PrintWriter err) {
        return run(args, data -> Optional.empty(), out, err);
    }

    /**
     * As {@link #run(List, PrintWriter, PrintWriter)}.
     *
     * @param ownToken the bearer's token that the platform of a data directory is shown; no other server sees it
     */
    public static int run(
            List<String> args, Function<Path, Optional<String>> ownToken, PrintWriter out, PrintWriter err) {
        try {
            var arguments = Arguments.parse(args, OPTIONS, SWITCHES);
            if (arguments.has("--help") || arguments.has("-h")) {
                out.print(USAGE);
                out.flush();
                return 0;
            }
            var verdict = new Verifier(arguments, ownToken, out).verify();
            return verdict.verified() ? 0 : 1;
        } catch (Wrong e) {
            err.println("verify: " + e.getMessage() + "\nSee verify --help.");
            return 2;
        } catch (IOException e) {
            err.println("verify: " + e);
            return 1;
        }
    }

    private Verdict verify() throws IOException {
        var trust = trust();
        var verdict = arguments.file() == null ? verifyLog(trust) : verifyFile(trust);
        print(verdict);
        return verdict;
    }

    private Trust trust() {
        var given = arguments.value("--key");
        try {
            var trust = given != null && given.indexOf('+') > 0 && !Files.exists(Path.of(given))
                    ? ofLog(NoteKey.parse(given))
                    : ofFile(given == null ? data.resolve("keys/checkpoint.pub.pem") : Path.of(given));
            var permits = permitOrEvidenceKey("--permit-key", "keys/permit.pub.pem", trust.permits());
            var evidence = permitOrEvidenceKey("--evidence-key", "keys/evidence.pub.pem", trust.evidence());
            var witnesses =
                    arguments.values("--witness").stream().map(NoteKey::parse).toList();
            var quorum = arguments.has("--quorum") ? Integer.valueOf(Trust.number(arguments.value("--quorum"))) : null;
            return trust.withPermits(permits).withEvidence(evidence).withWitnesses(witnesses, quorum);
        } catch (NotProven e) {
            throw new Wrong(e.getMessage());
        }
    }

    private static Trust ofLog(NoteKey key) {
        return Trust.ofLog(key.name(), key.key());
    }

    private Trust ofFile(Path file) {
        var text = read(file, "--key");
        try {
            return Trust.isKeyring(text) ? Trust.parse(text) : Trust.ofLog(origin(), text);
        } catch (NotProven e) {
            throw new Wrong(file + ": " + e.getMessage());
        }
    }

    private String origin() {
        return arguments.has("--origin")
                ? arguments.value("--origin")
                : read(data.resolve("keys/origin"), "--origin").strip();
    }

    private PublicKey permitOrEvidenceKey(String option, String usual, PublicKey known) {
        if (!arguments.has(option) && (known != null || !Files.exists(data.resolve(usual)))) {
            return known;
        }
        var file = arguments.has(option) ? Path.of(arguments.value(option)) : data.resolve(usual);
        try {
            return PublicKey.ofPem(read(file, option));
        } catch (NotProven e) {
            throw new Wrong(file + ": " + e.getMessage());
        }
    }

    private Verdict verifyLog(Trust trust) throws IOException {
        var remembered = data.resolve("run/verified-checkpoint");
        var kept = arguments.has("--kept") ? Path.of(arguments.value("--kept")) : remembered;
        var before = arguments.has("--kept") || Files.exists(kept)
                ? Optional.of(read(kept, "--kept"))
                : Optional.<String>empty();
        var log = arguments.has("--url")
                ? LogSource.of(URI.create(arguments.value("--url")))
                : LogSource.of(ownLedger(), ownToken.apply(data));
        var verdict = new LedgerVerifier(log, trust).verify(before);
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
            throw new Wrong("no platform runs over " + data + " (there is no " + state
                    + "): start it with ./barecount up, or say --url of a ledger");
        }
        try {
            var frontDoor = Json.parse(read(state, "--url").getBytes(StandardCharsets.UTF_8))
                    .at("frontDoor");
            return URI.create(frontDoor.text().replaceAll("/$", "") + "/ledger");
        } catch (NotProven | IllegalArgumentException e) {
            throw new Wrong(state + " can't be understood; say --url: " + e.getMessage());
        }
    }

    private Verdict verifyFile(Trust trust) throws IOException {
        var file = Path.of(arguments.file());
        if (!Files.isRegularFile(file)) {
            throw new Wrong("there is no file " + file);
        }
        try {
            return check(Files.readAllBytes(file), trust);
        } catch (NotProven e) {
            throw new Wrong(file + " is no proof, as ./barecount ledger proof writes it: " + e.getMessage());
        }
    }

    /**
     * Checks a file with a proof.
     *
     * @throws NotProven if it is no proof of a kind that is known here
     */
    public static Verdict check(byte[] file, Trust trust) {
        var json = Json.parse(file);
        var format = json.at("format").textOrNull();
        return switch (format) {
            case RunProof.FORMAT -> RunProof.parse(json).verify(trust);
            case ConsistencyProof.FORMAT -> ConsistencyProof.parse(json).verify(trust);
            case null -> EntryProof.parse(json).verify(trust);
            default -> throw new NotProven("its format is " + format);
        };
    }

    private static String read(Path file, String option) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new Wrong(file + " can't be read. Name the data directory with --data, or say " + option
                    + ". Key and origin must come from where you trust, not from the ledger itself");
        }
    }

    private void print(Verdict verdict) {
        out.println(arguments.has("--json") ? verdict.toJson() : inWords(verdict, arguments.file() != null));
        out.flush();
    }

    private static String inWords(Verdict verdict, boolean isFile) {
        var text = new StringBuilder();
        if (!verdict.verified()) {
            text.append("NOT VERIFIED");
            verdict.findings().forEach(finding -> text.append("\n  ").append(finding.problem()));
        } else if (verdict.run() != null) {
            text.append("verified: ").append(verdict.run().inWords());
            text.append("\n%d entries of the log of %d, with all that they claim, and none left out"
                    .formatted(verdict.entries(), verdict.size()));
        } else if (isFile && verdict.entries() == 0) {
            text.append(
                    "verified: the log of %d entries only grew between the two checkpoints".formatted(verdict.size()));
        } else if (isFile) {
            text.append("verified: %d %s of the log of %d, with all that %s"
                    .formatted(
                            verdict.entries(),
                            verdict.entries() == 1 ? "entry" : "entries",
                            verdict.size(),
                            verdict.entries() == 1 ? "it claims" : "they claim"));
        } else {
            text.append("verified: %d entries are as they were signed".formatted(verdict.size()));
            verdict.entriesByTopic().forEach((topic, count) -> text.append("\n  %-30s %,d".formatted(topic, count)));
        }
        if (verdict.root() != null) {
            text.append("\nroot ").append(verdict.root());
        }
        if (!verdict.witnesses().isEmpty()) {
            text.append("\ncosigned by ").append(String.join(", ", verdict.witnesses()));
        }
        return text.toString();
    }
}
