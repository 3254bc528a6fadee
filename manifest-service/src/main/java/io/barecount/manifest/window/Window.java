package io.barecount.manifest.window;

import io.barecount.contracts.RunId;
import io.barecount.contracts.submission.RecordRange;
import io.barecount.manifest.submission.Intake;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What is gathered for one run. Once it is closed it stays as it is, and so its run is the same however often it is handed on.
 *
 * @param run named when the window opens
 * @param occurrences how many there are in it
 * @param weight of all of them together
 * @param dueAt when it closes, if it is not full before
 */
public record Window(RunId run, int occurrences, int weight, Instant dueAt) {
    /** What a payload may have, with the brackets around it left off. An escaped text is never shorter than the text. */
    public static final int WEIGHT_MAX = Intake.PAYLOAD_SIZE_MAX - 2;

    public static Window opened(RunId run, WindowLimit limit, Instant now) {
        return new Window(run, 0, 0, now.plus(limit.within()));
    }

    /** Whether it still takes an occurrence of this weight: one that alone outgrows a payload fits into none. */
    public boolean hasRoomFor(int further) {
        return weight + further <= WEIGHT_MAX;
    }

    public Window with(int further) {
        return new Window(run, occurrences + 1, weight + further, dueAt);
    }

    public boolean isFull(WindowLimit limit) {
        return occurrences >= limit.most();
    }

    public boolean isDue(Instant now) {
        return !now.isBefore(dueAt);
    }

    /** What the run is given: a JSON array, in the order in which it was gathered. */
    public static String payload(List<String> entries) {
        return "[" + String.join(",", entries) + "]";
    }

    /** From where to where each partition was gathered, in the order in which they came first. */
    public static List<RecordRange> ranges(List<RecordRange> records) {
        var ranges = new LinkedHashMap<String, RecordRange>();
        for (var record : records) {
            ranges.merge(record.topicId() + "/" + record.partition(), record, (range, next) -> range.to(next.last()));
        }
        return new ArrayList<>(ranges.values());
    }
}
