package io.barecount.verifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A C2SP signed note: a text, and lines with signatures of it.
 *
 * @param text with the line feed at its end, which is signed too
 */
record Note(String text, List<Signature> signatures) {
    private static final String DASH = "\u2014 ";

    /** @param blob after the four bytes that name the key */
    record Signature(String name, byte[] hash, byte[] blob) {
        boolean isBy(NoteKey key) {
            return name.equals(key.name()) && Arrays.equals(hash, key.hash());
        }
    }

    /** @throws NotProven if it is no note */
    static Note parse(String note) {
        var split = note.lastIndexOf("\n\n");
        if (split < 0) {
            throw new NotProven("no signed note: the empty line before the signatures is missing");
        }
        if (note.chars().anyMatch(c -> c < ' ' && c != '\n')) {
            throw new NotProven("no signed note: it holds control characters");
        }
        if (!note.endsWith("\n") || split + 2 == note.length()) {
            throw new NotProven("no signed note: it is cut");
        }
        var signatures = new ArrayList<Signature>();
        for (var line : note.substring(split + 2, note.length() - 1).split("\n", -1)) {
            signatures.add(signature(line));
        }
        return new Note(note.substring(0, split + 1), List.copyOf(signatures));
    }

    private static Signature signature(String line) {
        var parts = line.startsWith(DASH) ? line.substring(DASH.length()).split(" ", -1) : new String[0];
        if (parts.length != 2 || parts[0].isEmpty()) {
            throw new NotProven(
                    "no signed note: a signature's line is \"\u2014 <name> <base64>\", found \"" + line + "\"");
        }
        var blob = Texts.base64(parts[1]);
        if (blob.length <= 4) {
            throw new NotProven("no signed note: the signature of " + parts[0] + " is cut");
        }
        return new Signature(parts[0], Arrays.copyOf(blob, 4), Arrays.copyOfRange(blob, 4, blob.length));
    }

    /** Whether this key signed it. @throws NotProven if a signature in its name does not hold, which no honest note has */
    boolean isSignedBy(NoteKey key) {
        var ofKey = signatures.stream().filter(signature -> signature.isBy(key)).toList();
        if (ofKey.size() > 1) {
            throw new NotProven("the note is signed " + ofKey.size() + " times by " + key.name());
        }
        if (!ofKey.stream().allMatch(signature -> key.verifies(text, signature.blob()))) {
            throw new NotProven("a signature of " + key.name() + " does not hold: it or the text was changed");
        }
        return !ofKey.isEmpty();
    }
}
