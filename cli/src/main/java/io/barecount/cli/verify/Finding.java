package io.barecount.cli.verify;

/**
 * One thing that is not as it was signed.
 *
 * @param entry its place in the log, from 0; null if it is not about one entry
 * @param topic with the partition, such as {@code barecount.decisions-2}, as far as the entry still says; may be null
 * @param offset as far as the entry still says; may be null
 * @param problem in words, for a reader who knows nothing of tiles
 */
public record Finding(Long entry, String topic, Long offset, String problem) {
    static Finding ofLog(String problem) {
        return new Finding(null, null, null, problem);
    }

    static Finding ofEntry(long entry, EntryPlace place, String problem) {
        var at = place == null ? "" : " (" + place.topic() + "@" + place.offset() + ")";
        return new Finding(
                entry,
                place == null ? null : place.topic(),
                place == null ? null : place.offset(),
                "entry " + entry + at + " " + problem);
    }
}
