package io.barecount.console.tail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Records of several partitions by their time, while those of one partition keep their order, whatever their times say. */
public final class InOrder {
    private InOrder() {}

    private record Timed(Instant at, TopicRecord record) {}

    public static List<TopicRecord> byTime(List<TopicRecord> records) {
        var latest = new HashMap<Place, Instant>();
        var timed = new ArrayList<Timed>(records.size());
        for (var record : records) {
            var at = latest.merge(record.place(), record.at(), (a, b) -> a.isAfter(b) ? a : b);
            timed.add(new Timed(at, record));
        }
        timed.sort((a, b) -> a.at().compareTo(b.at()));
        return timed.stream().map(Timed::record).toList();
    }
}
