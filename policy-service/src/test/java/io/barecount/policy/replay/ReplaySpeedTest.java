package io.barecount.policy.replay;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.example;
import static io.barecount.policy.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.event.Json;
import io.barecount.policy.Samples;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What one core has to manage; the figures are printed. The bound leaves room for a busy machine. */
class ReplaySpeedTest {
    private static final int WARM_UP = 5_000;
    private static final int MEASURED = 2_000;
    private static final int ROUNDS = 5;

    /** Of the best round, processor time in microseconds for one call: what else the machine does meanwhile doesn't count. */
    private static double microsEach(Runnable call) {
        for (var i = 0; i < WARM_UP; i++) {
            call.run();
        }
        var threads = ManagementFactory.getThreadMXBean();
        var rounds = new long[ROUNDS];
        for (var round = 0; round < ROUNDS; round++) {
            var start = threads.getCurrentThreadCpuTime();
            for (var i = 0; i < MEASURED; i++) {
                call.run();
            }
            rounds[round] = threads.getCurrentThreadCpuTime() - start;
        }
        return Arrays.stream(rounds).min().orElseThrow() / 1e3 / MEASURED;
    }

    @Test
    void aDecisionIsReadAndMadeAgainInAFractionOfAMillisecond() {
        var live = Samples.shipped();
        var past = new Past(
                live.boundaries().all().stream()
                        .collect(Collectors.toMap(known -> known.digest(), known -> known.boundary())),
                Map.of(live.prices().digest(), live.prices().book()));
        var replay = new Replay(live, past);
        for (var name : new String[] {"gdp-transform", "tiny-report"}) {
            var input = new DecisionInput.Accepted(accepted(run(name), example(name)));
            var state = Json.text(DecisionState.decide(null, input, NOON, live).state(), DecisionState.class);
            var recorded = Recorded.of(name, state);

            var reading = microsEach(() -> Recorded.of(name, state));
            var judging = microsEach(() -> replay.judge(recorded));

            System.out.printf("replay of %s: read in %.0f us, judged in %.0f us%n", name, reading, judging);
            assertThat(replay.judge(recorded)).isInstanceOf(Replayed.Same.class);
            assertThat(reading + judging).isLessThan(1_000);
        }
    }
}
