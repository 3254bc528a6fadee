package io.barecount.verifier;

import java.util.ArrayList;
import java.util.List;

/**
 * Whom a verifier believes: handed over once, from elsewhere than the log.
 *
 * @param origin the log's name
 * @param log the log's key
 * @param permits the key of permits; null if none is known, and so no run can be proven
 * @param evidence the key of evidence; null likewise
 * @param quorum how many of the witnesses must have cosigned a checkpoint
 */
public record Trust(
        String origin, PublicKey log, PublicKey permits, PublicKey evidence, List<NoteKey> witnesses, int quorum) {
    public Trust {
        witnesses = List.copyOf(witnesses);
        if (witnesses.stream().map(NoteKey::key).distinct().count() < witnesses.size()) {
            throw new NotProven("a witness is named twice: it would count twice");
        }
        if (quorum < 0 || quorum > witnesses.size()) {
            throw new NotProven(
                    "a quorum is at most the number of witnesses, " + witnesses.size() + ", found " + quorum);
        }
    }

    /** The log alone. */
    static Trust ofLog(String origin, PublicKey log) {
        return new Trust(origin, log, null, null, List.of(), 0);
    }

    /** The log alone, for a caller who has its key as PEM. */
    public static Trust ofLog(String origin, String pem) {
        return ofLog(origin, PublicKey.ofPem(pem));
    }

    /**
     * Reads a keyring: one line for each, {@code #} begins a comment.
     *
     * <pre>
     * log ledger.example.com/barecount+1a2b3c4d+AQ…
     * permits MCowBQYDK2VwAyEA…
     * evidence MCowBQYDK2VwAyEA…
     * witness witness.example.org+5e6f7a8b+BA… https://witness.example.org/
     * quorum 1
     * </pre>
     *
     * @throws NotProven if a line can't be understood, or there is no log
     */
    public static Trust parse(String keyring) {
        NoteKey log = null;
        PublicKey permits = null;
        PublicKey evidence = null;
        var witnesses = new ArrayList<NoteKey>();
        var quorum = -1;
        for (var line : keyring.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .toList()) {
            if (line.isEmpty()) {
                continue;
            }
            var words = line.split("\\s+");
            var isKnown = words.length == 2 || (words.length == 3 && words[0].equals("witness"));
            switch (isKnown ? words[0] : "") {
                case "log" -> log = NoteKey.parse(words[1]);
                case "permits" -> permits = PublicKey.ofX509(Texts.base64(words[1]));
                case "evidence" -> evidence = PublicKey.ofX509(Texts.base64(words[1]));
                case "witness" -> witnesses.add(NoteKey.parse(words[1]));
                case "quorum" -> quorum = number(words[1]);
                default ->
                    throw new NotProven(
                            "a line of a keyring is log, permits, evidence, witness or quorum and its value, found \""
                                    + line + "\"");
            }
        }
        if (log == null) {
            throw new NotProven("a keyring has a line \"log <name>+<hash>+<base64>\"");
        }
        return new Trust(log.name(), log.key(), permits, evidence, witnesses, Math.max(quorum, 0));
    }

    static int number(String text) {
        if (!text.matches("[0-9]{1,4}")) {
            throw new NotProven("a quorum is a number, found \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    static boolean isKeyring(String text) {
        return text.lines().anyMatch(line -> line.startsWith("log "));
    }

    Trust withPermits(PublicKey key) {
        return new Trust(origin, log, key, evidence, witnesses, quorum);
    }

    Trust withEvidence(PublicKey key) {
        return new Trust(origin, log, permits, key, witnesses, quorum);
    }

    /** For a checkpoint that was verified before, or is older than the witnesses. */
    Trust withoutWitnesses() {
        return new Trust(origin, log, permits, evidence, List.of(), 0);
    }

    /** @param atLeast null leaves it to all of them */
    Trust withWitnesses(List<NoteKey> more, Integer atLeast) {
        var all = new ArrayList<>(witnesses);
        all.addAll(more);
        return new Trust(origin, log, permits, evidence, all, atLeast == null ? quorum + more.size() : atLeast);
    }
}
