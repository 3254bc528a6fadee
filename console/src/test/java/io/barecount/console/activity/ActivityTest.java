package io.barecount.console.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.run.RunEvent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ActivityTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:30Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final Activity activity = new Activity();

    private static RunId run(int number) {
        return new RunId(new UUID(7L << 12, 1L << 63 | number));
    }

    private void happened(Object data) {
        happened(data, NOON);
    }

    private void happened(Object data, Instant at) {
        activity.apply(new Event<>(UUID.randomUUID(), "/test", "t", "s", at, "finance", null, 1, "", data));
    }

    private static RunEvent queued(int run, Instant at) {
        return new RunEvent.Queued(run(run), "finance", "report", at, 1);
    }

    private static RunEvent running(int run, Instant at) {
        return new RunEvent.Running(run(run), "finance", "report", at, 1);
    }

    private static RunEvent succeeded(int run, Instant at) {
        return new RunEvent.Succeeded(run(run), "finance", "report", at, 1, 0, Money.usd("0.25"));
    }

    private static Activity.Step last(Activity.Snapshot snapshot) {
        return snapshot.steps().get(snapshot.steps().size() - 1);
    }

    @Test
    void tellsWhereRunsStandNow() {
        happened(queued(1, NOON.minusSeconds(20)));
        happened(queued(2, NOON.minusSeconds(10)));
        happened(running(2, NOON));

        var now = activity.snapshot(NOON, HOUR, MINUTE);

        assertThat(now.queued()).isOne();
        assertThat(now.running()).isOne();
        assertThat(now.oldestQueuedAt()).isEqualTo(NOON.minusSeconds(20));
        assertThat(last(now).inWork()).isEqualTo(2);
    }

    @Test
    void workGoesUpAndDownOverTime() {
        happened(queued(1, NOON.minus(Duration.ofMinutes(10))));
        happened(queued(2, NOON.minus(Duration.ofMinutes(8))));
        happened(succeeded(1, NOON.minus(Duration.ofMinutes(5))));

        var steps = activity.snapshot(NOON, HOUR, MINUTE).steps();

        assertThat(steps).hasSize(60);
        assertThat(steps.get(59 - 11).inWork()).isZero();
        assertThat(steps.get(59 - 10).inWork()).isOne();
        assertThat(steps.get(59 - 8).inWork()).isEqualTo(2);
        assertThat(steps.get(59 - 5).inWork()).isOne();
        assertThat(steps.get(59 - 5).succeeded()).isOne();
        assertThat(steps.get(59 - 5).cost()).containsEntry("USD", new BigDecimal("0.25"));
    }

    @Test
    void aRepeatChangesNothing() {
        var history = List.of(queued(1, NOON), running(1, NOON), succeeded(1, NOON));
        history.forEach(this::happened);
        var once = activity.snapshot(NOON, HOUR, MINUTE);

        history.forEach(this::happened);

        assertThat(activity.snapshot(NOON, HOUR, MINUTE)).isEqualTo(once);
        assertThat(last(once).succeeded()).isOne();
        assertThat(once.queued() + once.running()).isZero();
    }

    @Test
    void aDenialCountsForEachRuleThatDenied() {
        var findings = List.of(
                new Finding("a", Finding.Level.DENY, "/", "m", "f", "x", "o"),
                new Finding("b", Finding.Level.DENY, "/", "m", "f", "x", "o"),
                new Finding("c", Finding.Level.ADVISE, "/", "m", "f", "x", "o"));
        happened(new DecisionEvent.Denied(run(1), null, null, null, findings, null));
        happened(new DecisionEvent.Denied(run(1), null, null, null, findings, null));
        happened(new DecisionEvent.Denied(run(2), null, null, null, findings.subList(1, 2), null));
        happened(new RunEvent.Denied(run(1), "finance", "report", NOON, "no"));

        var now = activity.snapshot(NOON, HOUR, MINUTE);

        assertThat(now.denials()).containsExactly(new Activity.Denials("b", 2), new Activity.Denials("a", 1));
        assertThat(last(now).denied()).isOne();
        assertThat(last(now).inWork()).isZero();
    }

    @Test
    void longerStepsAddUp() {
        happened(succeeded(1, NOON.minus(Duration.ofMinutes(16))));
        happened(succeeded(2, NOON.minus(Duration.ofMinutes(17))));

        var steps = activity.snapshot(NOON, Duration.ofHours(24), Duration.ofMinutes(15))
                .steps();

        assertThat(steps).hasSize(96);
        assertThat(steps.get(94).at()).isEqualTo(Instant.parse("2026-01-31T11:45:00Z"));
        assertThat(steps.get(94).succeeded()).isZero();
        assertThat(steps.get(93).succeeded() + steps.get(94).succeeded()).isEqualTo(2);
    }

    @Test
    void whatIsOlderThanADayIsForgottenButRunsInWorkAreNot() {
        happened(queued(1, NOON.minus(Duration.ofDays(3))));
        happened(succeeded(2, NOON.minus(Duration.ofDays(2))));
        happened(succeeded(3, NOON));

        var steps = activity.snapshot(NOON, Duration.ofHours(24), Duration.ofMinutes(15))
                .steps();

        assertThat(steps.stream().mapToInt(Activity.Step::succeeded).sum()).isOne();
        assertThat(steps.get(0).inWork()).isOne();
    }
}
