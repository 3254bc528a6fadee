package io.barecount.ledger.check;

/**
 * One thing that is wrong, named as precisely as the rest of the log allows.
 *
 * @param place such as {@code entry 7}, {@code tile/0/003}, {@code checkpoint 300}, {@code barecount.runs-2@5..9}
 * @param seq of the entry; null if it is not one entry
 * @param field what of it: a column, or {@code all}
 * @param detail what was expected and found
 */
public record Finding(Kind kind, String place, Long seq, String field, String detail) {
    public enum Kind {
        /** What an entry says is not what was recorded. */
        ENTRY_CHANGED,
        /** There was an entry of this number. */
        ENTRY_MISSING,
        /** A row that no checkpoint covers, though later ones were signed. */
        ENTRY_FOREIGN,
        TILE_CHANGED,
        TILE_MISSING,
        TILE_FOREIGN,
        CHECKPOINT_CHANGED,
        /** The log is not the one that was signed. */
        LOG_REWRITTEN,
        /** A producer's events have numbers without gaps, and these lack one. */
        EVENT_MISSING,
        /** The broker holds, or held, a record that is no entry. */
        RECORD_MISSING
    }

    static Finding ofEntry(long seq, String field, String detail) {
        return new Finding(Kind.ENTRY_CHANGED, "entry " + seq, seq, field, detail);
    }

    static Finding missing(long seq) {
        return new Finding(Kind.ENTRY_MISSING, "entry " + seq, seq, "all", "the row is gone");
    }
}
