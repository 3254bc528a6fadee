package io.barecount.verifier;

/**
 * One thing that is not as it was signed.
 *
 * @param entry its place in the log, from 0; null if it is not about one entry
 * @param topic with the partition, such as {@code barecount.decisions-2}, as far as the entry still says; may be null
 * @param offset as far as the entry still says; may be null
 * @param field what of it, as a JSON pointer into the file or the entry; null if it is about no single one
 * @param problem in words, for a reader who knows nothing of tiles
 */
public record Finding(Long entry, String topic, Long offset, String field, String problem) {
    static Finding ofLog(String problem) {
        return new Finding(null, null, null, null, problem);
    }

    static Finding ofEntry(long entry, EntryPlace place, String field, String problem) {
        var at = place == null ? "" : " (" + place.topic() + "@" + place.offset() + ")";
        return new Finding(
                entry,
                place == null ? null : place.topic(),
                place == null ? null : place.offset(),
                field,
                "entry " + entry + at + (field == null ? " " : ", field " + field + ", ") + problem);
    }

    Json toJson() {
        return Verdict.json("entry", entry, "topic", topic, "offset", offset, "field", field, "problem", problem);
    }
}
