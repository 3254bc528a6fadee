package io.barecount.contracts.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The times that a cron expression of five fields names, as the clocks of a zone show them. It is looked for in local time alone, and
 * what was found is then given its place in time: a time that the clocks skip is the moment at which they are put forward, however many
 * they skip; one that they show twice is the first of the two. So each local time is one moment, and each moment comes once.
 */
public final class CronTimes {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final ExecutionTime local;
    private final ZoneId zone;

    private CronTimes(ExecutionTime local, ZoneId zone) {
        this.local = local;
        this.zone = zone;
    }

    /**
     * @param cron minute, hour, day of month, month, day of week
     * @param timezone of the IANA database
     * @throws IllegalArgumentException if there is no such expression or zone; the message says what is wrong with it
     */
    public static CronTimes of(String cron, String timezone) {
        return new CronTimes(ExecutionTime.forCron(PARSER.parse(cron)), zone(timezone));
    }

    private static ZoneId zone(String timezone) {
        if (!timezone.equals("UTC") && !ZoneId.getAvailableZoneIds().contains(timezone)) {
            throw new IllegalArgumentException(
                    "no zone of the IANA database: '" + timezone + "'; one looks like Europe/Berlin, or is UTC");
        }
        try {
            return ZoneId.of(timezone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The first time after this one; empty if there never is one. */
    public Optional<Instant> next(Instant after) {
        var from = after.atZone(zone).toLocalDateTime();
        while (true) {
            var found = local.nextExecution(from.atZone(ZoneOffset.UTC));
            if (found.isEmpty()) {
                return Optional.empty();
            }
            from = found.get().toLocalDateTime();
            var moment = moment(from);
            if (moment.isAfter(after)) {
                return Optional.of(moment);
            }
        }
    }

    private Instant moment(LocalDateTime shown) {
        var offsets = zone.getRules().getValidOffsets(shown);
        return offsets.isEmpty()
                ? zone.getRules().getTransition(shown).getInstant()
                : shown.toInstant(offsets.getFirst());
    }
}
