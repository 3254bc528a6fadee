package io.barecount.scheduler.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.RunId;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Concurrency;
import io.barecount.contracts.manifest.Manifest.Missed;
import io.barecount.contracts.manifest.Manifest.Outcome;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.messaging.stage.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleStateTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private ScheduleState state;
    private final Set<RunId> fired = new HashSet<>();
    private List<Object> told = List.of();
    private int passedOver;

    private static Manifest.Schedule hourly(Missed missed, Concurrency concurrency) {
        return new Manifest.Schedule("0 * * * *", "UTC", missed, concurrency, null, null, Map.of("line", "7"));
    }

    /** Two instances of the service that registers may tell in another order than they decided. */
    @Test
    void whatIsToldLateOfAnOlderRevisionChangesNothing() {
        var hourly = hourly(Missed.SKIP, Concurrency.ALLOW);
        set(2, NOON.plusSeconds(2), hourly);
        set(1, NOON.plusSeconds(1));
        assertThat(state.entries()).extracting(ScheduleState.Entry::schedule).containsExactly(hourly);

        set(3, NOON.plusSeconds(3));
        set(2, NOON.plusSeconds(2), hourly);
        assertThat(state.entries()).isEmpty();
        assertThat(state.revision()).isEqualTo(3);

        set(0, NOON.plusSeconds(4), hourly);
        assertThat(state.entries()).as("told by one that does not count").hasSize(1);
        assertThat(state.revision()).isEqualTo(3);
    }

    private void set(long revision, Instant at, Manifest.Schedule... schedules) {
        then(
                new ScheduleInput.Registered(new ControlEvent.TriggersSet(
                        "plant-a", "quality", Digest.of("v"), List.of(schedules), List.of(), "ann", at, revision)),
                at);
    }

    private void registered(Manifest.Schedule... schedules) {
        registered(NOON, List.of(), schedules);
    }

    private void registered(Instant at, List<Manifest.After> after, Manifest.Schedule... schedules) {
        then(
                new ScheduleInput.Registered(new ControlEvent.TriggersSet(
                        "plant-a", "quality", Digest.of("v"), List.of(schedules), after, "ann", at, 0)),
                at);
    }

    private void due(Instant now, RunId... going) {
        var ended = new HashSet<>(state.awaited());
        ended.retainAll(fired);
        ended.removeAll(Set.of(going));
        then(new ScheduleInput.Due(ended), now);
        submissions().map(SubmissionEvent.Submitted::run).forEach(fired::add);
    }

    private void then(ScheduleInput input, Instant now) {
        var decision = ScheduleState.decide(state, input, now);
        state = Json.read(Json.text(decision.state(), ScheduleState.class), ScheduleState.class);
        assertThat(state).isEqualTo(decision.state());
        told = decision.events().stream().map(Outgoing::data).toList();
        assertThat(decision.events().stream().map(event -> event.data().getClass() + event.subject()))
                .doesNotHaveDuplicates();
    }

    private List<String> fired() {
        return submissions()
                .map(submitted ->
                        submitted.body().parameters().get("schedule.time").substring(11, 16))
                .toList();
    }

    private Stream<SubmissionEvent.Submitted> submissions() {
        return told.stream()
                .filter(SubmissionEvent.Submitted.class::isInstance)
                .map(SubmissionEvent.Submitted.class::cast);
    }

    private RunId run() {
        return submissions().findFirst().orElseThrow().run();
    }

    @Test
    void aTimeFiresOnceWithItsParametersAndTheSameRunWhoeverAsks() {
        registered(hourly(Missed.LAST, Concurrency.ALLOW));
        assertThat(state.dueAt()).isEqualTo(NOON.plusSeconds(3600));
        due(NOON.plusSeconds(3599));
        assertThat(told).isEmpty();

        var before = state;
        due(NOON.plusSeconds(3600));
        var run = run();
        assertThat(submissions().findFirst().orElseThrow().body().parameters())
                .containsEntry("line", "7")
                .containsEntry("schedule.time", "2026-06-01T13:00:00Z");
        due(NOON.plusSeconds(3601));
        assertThat(told).isEmpty();

        state = before;
        due(NOON.plusSeconds(3700));
        assertThat(run()).isEqualTo(run);
    }

    @Test
    void whatWasMissedGoesByThePolicy() {
        var later = NOON.plus(Duration.ofHours(3)).plusSeconds(600);
        registered(hourly(Missed.ALL, Concurrency.ALLOW));
        due(later);
        assertThat(fired()).containsExactly("13:00", "14:00", "15:00");

        registered(NOON, List.of());
        registered(hourly(Missed.LAST, Concurrency.ALLOW));
        due(later);
        assertThat(fired()).containsExactly("15:00");
        assertThat(told)
                .filteredOn(ControlEvent.TimesPassedOver.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(((ControlEvent.TimesPassedOver) event).times())
                        .isEqualTo(2));

        registered(NOON, List.of());
        registered(hourly(Missed.SKIP, Concurrency.ALLOW));
        due(later);
        assertThat(fired()).isEmpty();
        due(NOON.plus(Duration.ofHours(4)).plusSeconds(5));
        assertThat(fired()).containsExactly("16:00");
    }

    /** A decision has a bound on what it looks at; an outage has none. */
    @Test
    void afterALongOutageTheLastTimeFiresOnceAndAllTheOthersInTurn() {
        var minutes = 25_000;
        var later = NOON.plus(Duration.ofMinutes(minutes));
        registered(everyMinute(Missed.LAST));
        dueUntilNothingIs(later);
        assertThat(fired).hasSize(1);
        assertThat(passedOver).isEqualTo(minutes - 1);

        fired.clear();
        registered(NOON, List.of());
        registered(everyMinute(Missed.ALL));
        dueUntilNothingIs(NOON.plus(Duration.ofMinutes(300)));
        assertThat(fired).hasSize(300);
    }

    private static Manifest.Schedule everyMinute(Missed missed) {
        return new Manifest.Schedule("* * * * *", "UTC", missed, Concurrency.ALLOW, null, null, null);
    }

    private void dueUntilNothingIs(Instant now) {
        while (!state.dueAt().isAfter(now)) {
            due(now);
            passedOver += told.stream()
                    .filter(ControlEvent.TimesPassedOver.class::isInstance)
                    .mapToInt(event -> ((ControlEvent.TimesPassedOver) event).times())
                    .sum();
        }
    }

    @Test
    void whatIsLaterThanItsDeadlineIsPassedOver() {
        registered(new Manifest.Schedule(
                "0 * * * *", "UTC", Missed.ALL, Concurrency.ALLOW, Duration.ofMinutes(90), null, null));

        due(NOON.plus(Duration.ofHours(3)));

        assertThat(fired()).containsExactly("14:00", "15:00");
    }

    @Test
    void anEarlierRunThatGoesOnForbidsOrIsReplaced() {
        registered(hourly(Missed.LAST, Concurrency.FORBID));
        due(NOON.plus(Duration.ofHours(1)));
        var first = run();
        due(NOON.plus(Duration.ofHours(2)), first);
        assertThat(fired()).isEmpty();
        assertThat(told).hasOnlyElementsOfType(ControlEvent.TimesPassedOver.class);
        due(NOON.plus(Duration.ofHours(3)));
        assertThat(fired()).containsExactly("15:00");

        state = null;
        registered(hourly(Missed.LAST, Concurrency.REPLACE));
        due(NOON.plus(Duration.ofHours(1)));
        due(NOON.plus(Duration.ofHours(2)), first);
        assertThat(fired()).containsExactly("14:00");
        assertThat(state.replaced()).containsExactly(first);
        assertThat(state.dueAt()).isEqualTo(Instant.EPOCH);
        due(NOON.plus(Duration.ofHours(2)).plusSeconds(1));
        assertThat(state.replaced()).isEmpty();
    }

    @Test
    void jitterPutsATimeOffByTheSameEveryTime() {
        registered(new Manifest.Schedule(
                "0 * * * *", "UTC", Missed.LAST, Concurrency.ALLOW, null, Duration.ofMinutes(10), null));
        var due = state.dueAt();

        assertThat(due).isBetween(NOON.plusSeconds(3600), NOON.plusSeconds(4200));
        due(due.minusMillis(1));
        assertThat(told).isEmpty();
        due(due);
        assertThat(fired()).containsExactly("13:00");
        assertThat(state.dueAt()).isNotEqualTo(due.plusSeconds(3600));
    }

    @Test
    void anotherVersionKeepsThePlaceOfAScheduleThatStayed() {
        registered(hourly(Missed.LAST, Concurrency.ALLOW));
        due(NOON.plus(Duration.ofHours(1)));
        var last = run();

        registered(NOON.plus(Duration.ofHours(5)), List.of(), hourly(Missed.LAST, Concurrency.ALLOW));

        assertThat(state.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.last()).isEqualTo(last);
            assertThat(entry.next()).isEqualTo(NOON.plus(Duration.ofHours(2)));
        });
        registered(NOON.plus(Duration.ofHours(6)), List.of());
        assertThat(state.dueAt()).isNull();
    }

    @Test
    void theEndOfAnotherPipelinesRunStartsOneOnceForEach() {
        registered(NOON, List.of(new Manifest.After("intake", Outcome.SUCCEEDED)));
        var upstream = new RunId(new UUID(1, 2));
        then(new ScheduleInput.Ended(upstream, "intake", Outcome.FAILED), NOON);
        then(new ScheduleInput.Ended(upstream, "other", Outcome.SUCCEEDED), NOON);
        assertThat(told).isEmpty();

        then(new ScheduleInput.Ended(upstream, "intake", Outcome.SUCCEEDED), NOON);
        var run = run();
        assertThat(submissions().findFirst().orElseThrow().body().parameters())
                .containsEntry("upstream.run", upstream.toString());
        then(new ScheduleInput.Ended(upstream, "intake", Outcome.SUCCEEDED), NOON.plusSeconds(9));
        assertThat(run()).isEqualTo(run);
    }

    @Test
    void aBackfillRunsItsTimesSoManyAtOnceButForThoseThatRanBefore() {
        registered(hourly(Missed.LAST, Concurrency.FORBID));
        due(NOON.plus(Duration.ofHours(1)));
        var ran = run();
        var backfill = new ScheduleInput.Backfill(
                "b1", 0, NOON.minus(Duration.ofHours(2)), NOON.plus(Duration.ofHours(2)), 2, "ann", "late data");
        then(backfill, NOON.plus(Duration.ofHours(1)).plusSeconds(60));
        assertThat(told)
                .singleElement()
                .satisfies(event -> assertThat(((ControlEvent.BackfillStarted) event).times())
                        .isEqualTo(4));

        var now = NOON.plus(Duration.ofHours(1)).plusSeconds(61);
        due(now);
        assertThat(fired()).containsExactly("10:00", "11:00");
        var runs = submissions().map(SubmissionEvent.Submitted::run).toArray(RunId[]::new);
        due(now, runs);
        assertThat(told).isEmpty();
        due(now, runs[1]);
        assertThat(fired()).containsExactly("12:00");
        due(now);
        assertThat(fired).contains(ran);
        assertThat(told).hasOnlyElementsOfType(ControlEvent.BackfillEnded.class);
        assertThat(state.backfills()).isEmpty();
    }
}
