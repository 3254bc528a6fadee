package io.barecount.policy.estimate;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.auto;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.fargate;
import static io.barecount.policy.Samples.lambda;
import static io.barecount.policy.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.policy.Samples;
import io.barecount.policy.budget.Accounts;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.decision.Question;
import io.barecount.policy.evaluation.Exemptions;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExperienceTest {
    private static final Governance GOVERNANCE = Samples.shipped();
    private static final Duration EXPECTED = Duration.ofSeconds(10);

    private static History took(RunnerType runner, Duration each) {
        return new History(List.of(
                Experience.of(runner, IntStream.range(0, 8).mapToObj(i -> each).toList())
                        .orElseThrow()));
    }

    private static Estimate estimate(Manifest manifest, History history) {
        return GOVERNANCE
                .judge(Question.of(manifest, NOON, history, Exemptions.NONE))
                .estimate();
    }

    private static DecisionState.Permitted permitted(Manifest manifest, History history) {
        var accepted = new DecisionInput.Accepted(accepted(run("experience"), manifest));
        return (DecisionState.Permitted)
                DecisionState.decide(null, accepted, NOON, GOVERNANCE, Accounts.NONE, history, Exemptions.NONE)
                        .state();
    }

    @Test
    void fewRunsTellNothing() {
        assertThat(Experience.of(
                        RunnerType.LAMBDA,
                        IntStream.range(1, Experience.RUNS_MIN)
                                .mapToObj(Duration::ofSeconds)
                                .toList()))
                .isEmpty();
    }

    @Test
    void theLikelyTimeIsTheMedianAndTheLowOneThatOfTheQuickestTenth() {
        var times = IntStream.rangeClosed(1, 20)
                .map(i -> 21 - i)
                .mapToObj(Duration::ofSeconds)
                .toList();

        var experience = Experience.of(RunnerType.GLUE, times).orElseThrow();

        assertThat(experience)
                .isEqualTo(new Experience(RunnerType.GLUE, 20, Duration.ofSeconds(2), Duration.ofSeconds(10)));
    }

    @Test
    void whatRunsTookCountsMoreThanWhatTheAuthorExpectsAndTheMostIsUpToTheTimeoutAllTheSame() {
        var manifest = draft().sliced(3).manifest();
        var before = estimate(manifest, History.NONE);

        var after = estimate(manifest, took(RunnerType.LAMBDA, Duration.ofSeconds(25)));

        assertThat(before.runs()).isNull();
        assertThat(after.runs()).isEqualTo(8);
        assertThat(after.perTask()).isEqualTo(Duration.ofSeconds(25));
        assertThat(after.likely()).isEqualTo(after.low()).isGreaterThan(before.likely());
        assertThat(after.high()).isEqualTo(before.high());
    }

    @Test
    void whatRunsTookElsewhereSaysNothing() {
        var manifest = draft().manifest();

        assertThat(estimate(manifest, took(RunnerType.GLUE, Duration.ofSeconds(25))))
                .isEqualTo(estimate(manifest, History.NONE));
    }

    /** Attempts that were tried again can add up to more than one of them may take. */
    @Test
    void noEstimateIsAboveWhatTheTimeoutAllows() {
        var estimate = estimate(draft().manifest(), took(RunnerType.LAMBDA, Duration.ofHours(1)));

        assertThat(estimate.perTask()).isEqualTo(Duration.ofMinutes(1));
        assertThat(estimate.likely()).isEqualTo(estimate.high());
    }

    @Test
    void theChoiceOfARunnerGoesByWhatRunsTookOnEach() {
        var manifest = draft().on(auto(512, RunnerType.LAMBDA, RunnerType.FARGATE))
                .taking(Duration.ofMinutes(4), Duration.ofMinutes(10))
                .manifest();

        assertThat(permitted(manifest, History.NONE).choice().runner()).isEqualTo(fargate(256, 512));
        assertThat(permitted(manifest, took(RunnerType.LAMBDA, Duration.ofSeconds(5)))
                        .choice()
                        .runner())
                .isEqualTo(lambda(512));
    }

    /** What is stored is enough to make the decision again, long after the history has gone on. */
    @Test
    void aDecisionCanBeMadeAgainFromItsBasis() {
        var decided = permitted(draft().on(auto(512)).manifest(), took(RunnerType.LAMBDA, Duration.ofSeconds(3)));

        var basis = decided.basis();
        var again = GOVERNANCE.judge(new Question(
                basis.manifest(), basis.door(), basis.submitter(), basis.at(), basis.history(), basis.exemptions()));

        assertThat(again.estimate()).isEqualTo(decided.estimate());
        assertThat(again.choice()).isEqualTo(decided.choice());
    }

    @Test
    void whatASucceededRunTookIsReadBackFromItsCostAndWhatAFailedOneTookIsNot() {
        var decided = permitted(draft().sliced(4).manifest(), History.NONE);
        var cost = decided.estimate().tariff().cost(Duration.ofSeconds(7)).times(BigDecimal.valueOf(4));

        var succeeded = DecisionState.decide(decided, new DecisionInput.Ended(cost, NOON, true), NOON, GOVERNANCE)
                .state();
        var failed = DecisionState.decide(decided, new DecisionInput.Ended(cost, NOON, false), NOON, GOVERNANCE)
                .state();

        assertThat(((DecisionState.Permitted) succeeded).perTask())
                .isCloseTo(Duration.ofSeconds(7), Duration.ofMillis(1));
        assertThat(((DecisionState.Permitted) failed).perTask()).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void aTimeComesBackFromItsCostUnlessAMinimumHidesIt(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 500; i++) {
            var minimum = Duration.ofSeconds(random.nextInt(3) * 30);
            var tariff = new Tariff(
                    "USD",
                    List.of(
                            line(1 + random.nextInt(300), minimum, "0"),
                            line(random.nextInt(5), Duration.ofSeconds(random.nextInt(2) * 60), "0.0000002")));
            var tasks = 1 + random.nextInt(9);
            var time = Duration.ofMillis(1 + random.nextInt(600_000));
            var cost = tariff.cost(time).times(BigDecimal.valueOf(tasks));

            var read = Experience.perTask(tariff, cost, tasks, EXPECTED);

            assertThat(tariff.cost(read)
                            .amount()
                            .subtract(tariff.cost(time).amount())
                            .abs())
                    .isLessThan(new BigDecimal("0.0000001"));
            if (time.compareTo(Duration.ofMinutes(1)) > 0) {
                assertThat(read).isCloseTo(time, Duration.ofMillis(50));
            }
        }
    }

    @Test
    void underAMinimumWhatTheAuthorExpectsIsBelieved() {
        var tariff = new Tariff("USD", List.of(line(100, Duration.ofMinutes(1), "0")));
        var least = tariff.cost(Duration.ZERO);

        assertThat(Experience.perTask(tariff, least, 1, EXPECTED)).isEqualTo(EXPECTED);
        assertThat(Experience.perTask(tariff, least, 1, Duration.ofHours(1))).isEqualTo(Duration.ofMinutes(1));
        assertThat(Experience.perTask(tariff, Money.zero("USD"), 1, EXPECTED)).isEqualTo(EXPECTED);
    }

    @Test
    void whatCostsNothingTellsNoTime() {
        var free = new Tariff("USD", List.of(line(0, Duration.ZERO, "0")));

        assertThat(Experience.perTask(free, Money.zero("USD"), 3, EXPECTED)).isEqualTo(EXPECTED);
    }

    private static Tariff.Line line(int centsPerHour, Duration minimum, String perAttempt) {
        return new Tariff.Line(
                "item",
                new BigDecimal(centsPerHour).movePointLeft(2),
                BigDecimal.ONE,
                minimum,
                new BigDecimal(perAttempt));
    }
}
