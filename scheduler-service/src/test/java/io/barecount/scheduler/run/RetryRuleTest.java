package io.barecount.scheduler.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest.Execution;
import io.barecount.contracts.manifest.Manifest.OnDoubt;
import io.barecount.contracts.manifest.Manifest.Retries;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryRuleTest {
    private static RetryRule rule(int max, Duration backoff, List<FailureClass> on, boolean idempotent, OnDoubt then) {
        return new RetryRule(new Execution(Duration.ofMinutes(1), new Retries(max, on, backoff), idempotent, then));
    }

    private static RetryRule everything(int max, Duration backoff) {
        return rule(max, backoff, List.of(FailureClass.values()), true, OnDoubt.REDISPATCH);
    }

    private static final RunId RUN = RunId.parse("0197c0de-0000-7000-8000-000000000001");

    @Test
    void thereAreAsManyFurtherAttemptsAsDeclared() {
        var twice = everything(2, Duration.ZERO);

        assertThat(twice.mayRetry(FailureClass.TIMED_OUT, 1, 0)).isTrue();
        assertThat(twice.mayRetry(FailureClass.TIMED_OUT, 2, 0)).isTrue();
        assertThat(twice.mayRetry(FailureClass.TIMED_OUT, 3, 0)).isFalse();
        assertThat(everything(0, Duration.ZERO).mayRetry(FailureClass.TIMED_OUT, 1, 0))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotDeclaredIsNotRetried(FailureClass failure) {
        assertThat(rule(5, Duration.ZERO, List.of(), true, OnDoubt.REDISPATCH).mayRetry(failure, 1, 0))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalIsNeverRetriedEvenIfDeclared(FailureClass failure) {
        var refusal = failure == FailureClass.PERMIT_REFUSED || failure == FailureClass.BOUNDARY_VIOLATION;

        assertThat(everything(5, Duration.ZERO).mayRetry(failure, 1, 0)).isEqualTo(!refusal);
    }

    @ParameterizedTest
    @CsvSource({"true, REDISPATCH, true", "true, FAIL, false", "false, REDISPATCH, false", "false, FAIL, false"})
    void doubtIsRetriedOnlyIfThatDoesNoHarmAndIsWanted(boolean idempotent, OnDoubt then, boolean retried) {
        var mayHaveRun = List.of(FailureClass.IN_DOUBT, FailureClass.LOST_TRACK);
        var rule = rule(1, Duration.ZERO, mayHaveRun, idempotent, then);

        assertThat(mayHaveRun)
                .allSatisfy(failure -> assertThat(rule.mayRetry(failure, 1, 0)).isEqualTo(retried));
    }

    @ParameterizedTest
    @CsvSource({
        "PT10S, 1, PT10S",
        "PT10S, 2, PT20S",
        "PT10S, 5, PT160S",
        "PT10S, 13, PT6H",
        "PT10S, 2000000000, PT6H",
        "PT0S, 2000000000, PT0S",
        "PT7H, 1, PT7H",
        "PT7H, 9, PT7H",
        "PT5H, 2, PT6H"
    })
    void delaysDoubleUpToALimitLessUpToAQuarter(Duration backoff, int number, Duration delay) {
        var rule = everything(Integer.MAX_VALUE, backoff);

        for (var task = 0; task < 100; task++) {
            assertThat(rule.delayAfter(RUN.task(task).attempt(number)))
                    .isBetween(delay.multipliedBy(3).dividedBy(4), delay)
                    .isEqualTo(rule.delayAfter(RUN.task(task).attempt(number)));
        }
    }

    @Test
    void tasksThatFailedTogetherDoNotComeBackTogether() {
        var rule = everything(3, Duration.ofSeconds(60));

        assertThat(IntStream.range(0, 100)
                        .mapToObj(task -> rule.delayAfter(RUN.task(task).attempt(1)))
                        .distinct())
                .hasSizeGreaterThan(90);
    }

    @Test
    void theLongestDelayIsTheAuthorsToSay() {
        var retries = new Retries(9, List.of(FailureClass.TIMED_OUT), Duration.ofSeconds(10), Duration.ofSeconds(30));
        var rule = new RetryRule(new Execution(Duration.ofMinutes(1), retries, false, OnDoubt.FAIL));

        assertThat(rule.delayAfter(RUN.task(0).attempt(9))).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void faultsOfThePlatformDoNotCountAsRetriesUpToALimit() {
        var once = everything(1, Duration.ZERO);

        assertThat(once.mayRetry(FailureClass.INTERRUPTED, 5, 4)).isTrue();
        assertThat(once.mayRetry(FailureClass.INTERRUPTED, 7, 5)).isFalse();
        assertThat(once.mayRetry(FailureClass.WORKLOAD_FAILED, 5, 4)).isTrue();
        assertThat(once.mayRetry(FailureClass.WORKLOAD_FAILED, 6, 4)).isFalse();
        assertThat(everything(0, Duration.ZERO).mayRetry(FailureClass.NOT_STARTED, 1, 0))
                .isFalse();
    }
}
