package io.barecount.contracts.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTimesTest {
    private static List<Instant> times(String cron, String zone, Instant from, Instant until) {
        var times = new ArrayList<Instant>();
        var cronTimes = CronTimes.of(cron, zone);
        for (var next = cronTimes.next(from.minusSeconds(1));
                next.isPresent() && next.get().isBefore(until);
                next = cronTimes.next(next.get())) {
            times.add(next.get());
        }
        return times;
    }

    @ParameterizedTest
    @CsvSource({
        // Skipped: Berlin goes from 02:00 to 03:00, that is at 01:00 UTC.
        "30 2 * * *, Europe/Berlin, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z",
        // Shown twice: 02:30 is first at 00:30 UTC, and not again at 01:30.
        "30 2 * * *, Europe/Berlin, 2026-10-25T00:00:00Z, 2026-10-25T00:30:00Z",
        // Half an hour: Lord Howe goes from 02:00 to 02:30.
        "15 2 * * *, Australia/Lord_Howe, 2026-10-03T12:00:00Z, 2026-10-03T15:30:00Z",
        "0 12 1 1 *, UTC, 2026-01-02T00:00:00Z, 2027-01-01T12:00:00Z"
    })
    void aTimeIsOneMoment(String cron, String zone, Instant after, Instant next) {
        assertThat(CronTimes.of(cron, zone).next(after)).contains(next);
    }

    @Test
    void whatIsSkippedFiresOnceHoweverManyTimesItWere() {
        assertThat(times(
                        "*/15 2 * * *",
                        "Europe/Berlin",
                        Instant.parse("2026-03-29T00:00:00Z"),
                        Instant.parse("2026-03-29T12:00:00Z")))
                .containsExactly(Instant.parse("2026-03-29T01:00:00Z"));
    }

    @Test
    void whatNeverComesIsEmpty() {
        assertThat(CronTimes.of("0 0 31 2 *", "UTC").next(Instant.EPOCH)).isEmpty();
    }

    @Test
    void whatIsNoCronOrNoZoneIsRefused() {
        assertThatThrownBy(() -> CronTimes.of("61 * * * *", "UTC")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CronTimes.of("* * * *", "UTC")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CronTimes.of("* * * * *", "Europe/Atlantis"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Europe/Berlin");
    }

    /** Ten years by {@link CronTimes} against every minute of them, looked at one by one with nothing but java.time. */
    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
    })
    void tenYearsAgreeWithEveryMinuteOfThem(String zone) {
        var from = Instant.parse("2024-01-01T00:00:00Z");
        var until = Instant.parse("2034-01-01T00:00:00Z");
        for (var cron : List.of("30 2 * * *", "*/20 1-3 * * 0", "15 2 1,8-31 3,10,11 *", "0 0 13 * 5")) {
            var expected = new ByMinute(cron, ZoneId.of(zone)).times(from, until);

            assertThat(times(cron, zone, from, until))
                    .as("%s in %s", cron, zone)
                    .isEqualTo(expected);
            assertThat(expected).hasSizeGreaterThan(100);
        }
    }

    /** A second reading of cron that shares nothing with the first. */
    private static final class ByMinute {
        private final List<Set<Integer>> fields;
        private final boolean anyDayOfMonth;
        private final boolean anyDayOfWeek;
        private final ZoneId zone;

        ByMinute(String cron, ZoneId zone) {
            var parts = cron.split(" ");
            this.zone = zone;
            fields = List.of(
                    values(parts[0], 0, 59),
                    values(parts[1], 0, 23),
                    values(parts[2], 1, 31),
                    values(parts[3], 1, 12),
                    values(parts[4], 0, 6));
            anyDayOfMonth = parts[2].equals("*");
            anyDayOfWeek = parts[4].equals("*");
        }

        private static Set<Integer> values(String field, int least, int most) {
            return Stream.of(field.split(","))
                    .flatMap(part -> {
                        var step = part.contains("/") ? Integer.parseInt(part.substring(part.indexOf('/') + 1)) : 1;
                        var range = part.replaceAll("/.*", "");
                        var ends = range.split("-");
                        var first = range.equals("*") ? least : Integer.parseInt(ends[0]);
                        var last = range.equals("*") ? most : Integer.parseInt(ends[ends.length - 1]);
                        return IntStream.rangeClosed(first, last)
                                .filter(value -> (value - first) % step == 0)
                                .boxed();
                    })
                    .collect(Collectors.toSet());
        }

        List<Instant> times(Instant from, Instant until) {
            var found = new TreeSet<Instant>();
            var rules = zone.getRules();
            var offsetBefore = rules.getOffset(from.minusSeconds(60));
            for (var minute = from; minute.isBefore(until); minute = minute.plusSeconds(60)) {
                var offset = rules.getOffset(minute);
                var shown = LocalDateTime.ofEpochSecond(minute.getEpochSecond(), 0, offset);
                var skipped = (offset.getTotalSeconds() - offsetBefore.getTotalSeconds()) / 60;
                for (var back = skipped; back > 0; back--) {
                    if (names(shown.minusMinutes(back))) {
                        found.add(minute);
                    }
                }
                if (names(shown) && rules.getValidOffsets(shown).getFirst().equals(offset)) {
                    found.add(minute);
                }
                offsetBefore = offset;
            }
            return List.copyOf(found);
        }

        private boolean names(LocalDateTime time) {
            var ofMonth = fields.get(2).contains(time.getDayOfMonth());
            var ofWeek = fields.get(4).contains(time.getDayOfWeek().getValue() % 7);
            var day = anyDayOfMonth || anyDayOfWeek ? ofMonth && ofWeek : ofMonth || ofWeek;
            return fields.get(0).contains(time.getMinute())
                    && fields.get(1).contains(time.getHour())
                    && fields.get(3).contains(time.getMonthValue())
                    && day;
        }
    }
}
