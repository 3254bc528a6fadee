package io.barecount.verifier;

import java.util.List;

/**
 * What a log committed itself to, by C2SP tlog-checkpoint.
 *
 * @param witnesses names of those among the trusted ones that cosigned it
 */
record Checkpoint(String origin, long size, byte[] root, List<String> witnesses) {

    /** @throws NotProven if the log did not sign it, too few witnesses did, or it is no checkpoint */
    static Checkpoint verify(String text, Trust trust) {
        var note = Note.parse(text);
        var log = NoteKey.ofLog(trust.origin(), trust.log());
        if (!note.isSignedBy(log)) {
            throw new NotProven(
                    "the checkpoint is not signed by key " + trust.log().keyId() + " as " + trust.origin());
        }
        var witnesses = trust.witnesses().stream()
                .filter(note::isSignedBy)
                .map(NoteKey::name)
                .toList();
        if (witnesses.size() < trust.quorum()) {
            throw new NotProven("the checkpoint is cosigned by " + witnesses.size() + " of the trusted witnesses"
                    + (witnesses.isEmpty() ? "" : " (" + String.join(", ", witnesses) + ")") + ", at least "
                    + trust.quorum() + " must: what the log shows here may not be what it shows to others");
        }
        return parse(note.text(), trust.origin(), witnesses);
    }

    private static Checkpoint parse(String text, String origin, List<String> witnesses) {
        var lines = text.substring(0, text.length() - 1).split("\n", -1);
        if (lines.length < 3 || !lines[0].equals(origin)) {
            throw new NotProven("no checkpoint of " + origin + ": its first line is " + lines[0]);
        }
        if (!lines[1].matches("0|[1-9][0-9]{0,18}")) {
            throw new NotProven("no checkpoint: its size is \"" + lines[1] + "\"");
        }
        for (var i = 3; i < lines.length; i++) {
            if (lines[i].isEmpty()) {
                throw new NotProven("no checkpoint: an extension line is empty");
            }
        }
        var root = Texts.base64(lines[2]);
        if (root.length != Merkle.HASH_BYTES) {
            throw new NotProven("no checkpoint: its root has " + root.length + " bytes");
        }
        try {
            return new Checkpoint(origin, Long.parseLong(lines[1]), root, witnesses);
        } catch (NumberFormatException e) {
            throw new NotProven("no checkpoint: its size is \"" + lines[1] + "\"");
        }
    }
}
