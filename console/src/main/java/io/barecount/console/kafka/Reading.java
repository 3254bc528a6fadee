package io.barecount.console.kafka;

import io.barecount.console.tail.Cursor;
import io.barecount.console.tail.InOrder;
import io.barecount.console.tail.Place;
import io.barecount.console.tail.Start;
import io.barecount.console.tail.TopicRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** One reading along some topics. For one thread at a time. */
public final class Reading implements AutoCloseable {
    private static final Duration POLL_MAX = Duration.ofMillis(250);

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> ends;
    private List<TopicRecord> last;

    private Reading(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        this.consumer = consumer;
        this.partitions = partitions;
        consumer.assign(partitions);
        this.ends = consumer.endOffsets(partitions);
    }

    /** @param wanted which records {@link Start.Last} counts */
    public static Reading open(Brokers brokers, List<String> topics, Start start, Predicate<TopicRecord> wanted) {
        var consumer = brokers.consumer();
        try {
            var reading = new Reading(consumer, Brokers.partitions(topics));
            reading.begin(start, wanted);
            return reading;
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private void begin(Start start, Predicate<TopicRecord> wanted) {
        switch (start) {
            case Start.Beginning all -> consumer.seekToBeginning(partitions);
            case Start.Offset(long offset) -> seekWithin(offset);
            case Start.At(Cursor cursor) ->
                partitions.forEach(
                        each -> consumer.seek(each, cursor.next().getOrDefault(Brokers.place(each), ends.get(each))));
            case Start.Since since -> {
                var at = since.at().toEpochMilli();
                consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(each -> each, each -> at)))
                        .forEach((each, found) -> consumer.seek(each, offset(found, ends.get(each))));
            }
            case Start.Last(int records) -> last = last(records, wanted);
        }
    }

    private static long offset(OffsetAndTimestamp found, long otherwise) {
        return found == null ? otherwise : found.offset();
    }

    private void seekWithin(long offset) {
        var beginnings = consumer.beginningOffsets(partitions);
        partitions.forEach(each ->
                consumer.seek(each, Math.min(ends.get(each), Math.max(offset, beginnings.get(each)))));
    }

    /** Reads the last so many of each partition, and keeps the latest so many of all that are wanted. */
    private List<TopicRecord> last(int records, Predicate<TopicRecord> wanted) {
        var beginnings = consumer.beginningOffsets(partitions);
        partitions.forEach(each -> consumer.seek(each, Math.max(beginnings.get(each), ends.get(each) - records)));
        var latest = new PriorityQueue<TopicRecord>(Comparator.comparing(TopicRecord::at)
                .thenComparing(TopicRecord::place)
                .thenComparing(TopicRecord::offset));
        while (!isAtEnd()) {
            for (var record : consumer.poll(POLL_MAX)) {
                var read = Brokers.record(record);
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))
                        && wanted.test(read)) {
                    latest.add(read);
                    if (latest.size() > records) {
                        latest.remove();
                    }
                }
            }
        }
        // What a poll brought from beyond the end comes again, as what follows.
        ends.forEach(consumer::seek);
        var kept = new ArrayList<>(latest);
        kept.sort(Comparator.comparing(TopicRecord::place).thenComparing(TopicRecord::offset));
        return InOrder.byTime(kept);
    }

    /** What has come, in order; nothing if nothing came within a moment. Not filtered, except for what {@link Start.Last} found. */
    public List<TopicRecord> next() {
        if (last != null) {
            var first = last;
            last = null;
            return first;
        }
        var records = new ArrayList<TopicRecord>();
        consumer.poll(POLL_MAX).forEach(record -> records.add(Brokers.record(record)));
        return InOrder.byTime(records);
    }

    /** Whether all has been read that was there when this began. */
    public boolean isAtEnd() {
        return last == null && partitions.stream().allMatch(each -> consumer.position(each) >= ends.get(each));
    }

    /** After what {@link #next} told last. */
    public Cursor cursor() {
        var next = new TreeMap<Place, Long>();
        partitions.forEach(each -> next.put(Brokers.place(each), consumer.position(each)));
        return new Cursor(next);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
