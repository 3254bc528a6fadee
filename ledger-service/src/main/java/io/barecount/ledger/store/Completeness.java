package io.barecount.ledger.store;

import io.agroal.api.AgroalDataSource;
import io.barecount.contracts.event.Event;
import io.barecount.ledger.check.Finding;
import io.barecount.ledger.entry.Entry;
import io.barecount.ledger.entry.Leaf;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the log lacks: offsets without an entry, and numbers that a producer's events have and its entries don't. */
@ApplicationScoped
public class Completeness {
    private final AgroalDataSource database;
    private final Findings findings;
    private volatile List<Finding> present = List.of();

    Completeness(AgroalDataSource database, Findings findings) {
        this.database = database;
        this.findings = findings;
    }

    /** Offsets between two entries of a partition, both included. */
    public record Gap(String topic, int partition, long first, long last) {}

    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T query(String sql, Work<T> work) {
        try (var connection = database.getConnection();
                var statement = connection.prepareStatement(sql)) {
            return work.with(statement);
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger's database: " + e.getMessage(), e);
        }
    }

    /** Without those that are explained. */
    public List<Gap> gaps(String topic, int partition) {
        return query(
                "select first, last from (select lag(kafka_offset, 1, -1::bigint) over (order by kafka_offset) + 1 as first,"
                        + " kafka_offset - 1 as last from entries where topic = ? and kafka_partition = ?) g where first <= last"
                        + " and not exists (select from explained_gaps x where x.topic = ? and x.kafka_partition = ?"
                        + " and x.first <= g.first and x.last >= g.last)",
                statement -> {
                    statement.setString(1, topic);
                    statement.setInt(2, partition);
                    statement.setString(3, topic);
                    statement.setInt(4, partition);
                    var gaps = new ArrayList<Gap>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            gaps.add(new Gap(topic, partition, rows.getLong(1), rows.getLong(2)));
                        }
                    }
                    return gaps;
                });
    }

    /** Whether there is an entry, at whatever place, that says what this one does. */
    public boolean holds(Entry entry) {
        var run = entry.index().run();
        var digest = entry.leaf().digestOfAllButThePlace();
        return query(
                "select leaf from entries where topic = ? and "
                        + (run == null ? "run is null and event_time is not distinct from ?" : "run = ?"),
                statement -> {
                    statement.setString(1, entry.place().partition().topic());
                    if (run != null) {
                        statement.setObject(2, run.value());
                    } else {
                        statement.setObject(
                                2,
                                entry.index().time() == null
                                        ? null
                                        : entry.index().time().atOffset(ZoneOffset.UTC),
                                Types.TIMESTAMP_WITH_TIMEZONE);
                    }
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            if (Arrays.equals(digest, new Leaf(rows.getBytes(1), null).digestOfAllButThePlace())) {
                                return true;
                            }
                        }
                    }
                    return false;
                });
    }

    /** It is looked at no more: the broker will not always be able to say. */
    public void explain(Gap gap, String why) {
        query(
                "insert into explained_gaps (topic, kafka_partition, first, last, why) values (?, ?, ?, ?, ?)"
                        + " on conflict do nothing",
                statement -> {
                    statement.setString(1, gap.topic());
                    statement.setInt(2, gap.partition());
                    statement.setLong(3, gap.first());
                    statement.setLong(4, gap.last());
                    statement.setString(5, why);
                    return statement.executeUpdate();
                });
    }

    /** Of runs that nothing was added to for a minute: before that, an event may still be on its way. */
    public List<Finding> missingEvents() {
        return query(
                "select source, run, seen::text from event_sequences where changed_at < now() - interval '1 minute'"
                        + " and (lower(seen) > 1 or upper(seen) - lower(seen) >"
                        + " (select sum(upper(part) - lower(part)) from unnest(seen) part)) order by run limit 1000",
                statement -> {
                    var missing = new ArrayList<Finding>();
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            missing.add(new Finding(
                                    Finding.Kind.EVENT_MISSING,
                                    "run " + rows.getString(2),
                                    null,
                                    rows.getString(1),
                                    "of its events there are only those numbered " + rows.getString(3)));
                        }
                    }
                    return missing;
                });
    }

    /** What the last comparison came to. */
    public List<Finding> found(List<Finding> found) {
        present = findings.record(found);
        return present;
    }

    /** As far as the last comparison knows. */
    public List<Finding> present() {
        return present;
    }

    /** Within the follower's transaction. The same event twice changes nothing. */
    static void saw(LogTables log, List<AuditRecords.Recorded> events) {
        log.addSequences(
                events.stream().map(each -> each.event().source()).toList(),
                events.stream().map(each -> each.run().value()).toList(),
                events.stream()
                        .map(AuditRecords.Recorded::event)
                        .map(Event::sequence)
                        .toList());
    }
}
