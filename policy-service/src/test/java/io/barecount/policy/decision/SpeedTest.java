package io.barecount.policy.decision;

import static io.barecount.policy.Samples.KEY;
import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.ask;
import static io.barecount.policy.Samples.example;
import static io.barecount.policy.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.Samples;
import io.barecount.policy.estimate.Alternatives;
import io.barecount.policy.evaluation.Facts;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one core has to manage, with the shipped rules; the figures are printed. The bounds leave room for a busy machine. */
class SpeedTest {
    private static final int WARM_UP = 3_000;
    private static final int MEASURED = 1_000;
    private static final int ROUNDS = 5;
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
    private final Governance governance = Samples.shipped();

    @BeforeAll
    static void asInTheService() {}

    /** Of the best round, processor time in nanoseconds for one call: what else the machine does meanwhile doesn't count. */
    private static double nanosEach(Runnable call) {
        for (var i = 0; i < WARM_UP; i++) {
            call.run();
        }
        var rounds = new long[ROUNDS];
        for (var round = 0; round < ROUNDS; round++) {
            var start = CPU.getCurrentThreadCpuTime();
            for (var i = 0; i < MEASURED; i++) {
                call.run();
            }
            rounds[round] = CPU.getCurrentThreadCpuTime() - start;
        }
        return Arrays.stream(rounds).min().orElseThrow() / (double) MEASURED;
    }

    private double microsOfDecision(String name) {
        var accepted = accepted(run(name), example(name));
        return nanosEach(() -> DecisionState.decide(null, new DecisionInput.Accepted(accepted), NOON, governance))
                / 1e3;
    }

    @Test
    void rulesAreEvaluatedAtLeastTwentyThousandTimesASecond() {
        var manifest = example("gdp-transform");
        var facts = facts(manifest);
        var rules = governance.rules().asked(facts).size();

        var perSecond = rules * 1e9 / nanosEach(() -> governance.rules().findings(facts));

        System.out.printf("rules: %,.0f evaluations/s%n", perSecond);
        assertThat(perSecond).isGreaterThan(20_000);
    }

    @Test
    void aDecisionTakesLessThanAMillisecond() {
        var message = new byte[2_000];
        var signature = nanosEach(() -> KEY.sign(message)) / 1e3;
        var permitted = microsOfDecision("gdp-transform");
        var denied = microsOfDecision("tiny-report");
        var manifest = example("gdp-transform");
        var judgement = nanosEach(() -> governance.judge(ask(manifest))) / 1e3;

        System.out.printf(
                "decision: permitted %.0f us (judgement %.0f, signature %.0f), denied with suggestion %.0f us%n",
                permitted, judgement, signature, denied);
        assertThat(permitted).isLessThan(1_000);
        assertThat(denied).isLessThan(1_000);
    }

    private Facts facts(Manifest manifest) {
        var prices = governance.prices();
        return Facts.of(
                manifest,
                governance.boundaries().named("sap-hana").orElseThrow(),
                prices.estimate(manifest).estimateOrNull(),
                new Alternatives(prices).to(manifest));
    }
}
