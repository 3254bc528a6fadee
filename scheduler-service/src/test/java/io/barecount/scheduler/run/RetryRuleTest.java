package io.barecount.scheduler.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest.Execution;
import io.barecount.contracts.manifest.Manifest.OnDoubt;
import io.barecount.contracts.manifest.Manifest.Retries;
import java.time.Duration;
import java.util.List;
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

    @Test
    void thereAreAsManyFurtherAttemptsAsDeclared() {
        var twice = everything(2, Duration.ZERO);

        assertThat(twice.mayRetry(FailureClass.TIMED_OUT, 1)).isTrue();
        assertThat(twice.mayRetry(FailureClass.TIMED_OUT, 2)).isTrue();
        assertThat(twice.mayRetry(FailureClass.TIMED_OUT, 3)).isFalse();
        assertThat(everything(0, Duration.ZERO).mayRetry(FailureClass.TIMED_OUT, 1))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotDeclaredIsNotRetried(FailureClass failure) {
        assertThat(rule(5, Duration.ZERO, List.of(), true, OnDoubt.REDISPATCH).mayRetry(failure, 1))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalIsNeverRetriedEvenIfDeclared(FailureClass failure) {
        var refusal = failure == FailureClass.PERMIT_REFUSED || failure == FailureClass.BOUNDARY_VIOLATION;

        assertThat(everything(5, Duration.ZERO).mayRetry(failure, 1)).isEqualTo(!refusal);
    }

    @ParameterizedTest
    @CsvSource({"true, REDISPATCH, true", "true, FAIL, false", "false, REDISPATCH, false", "false, FAIL, false"})
    void doubtIsRetriedOnlyIfThatDoesNoHarmAndIsWanted(boolean idempotent, OnDoubt then, boolean retried) {
        var mayHaveRun = List.of(FailureClass.IN_DOUBT, FailureClass.LOST_TRACK);
        var rule = rule(1, Duration.ZERO, mayHaveRun, idempotent, then);

        assertThat(mayHaveRun)
                .allSatisfy(failure -> assertThat(rule.mayRetry(failure, 1)).isEqualTo(retried));
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
    void delaysDoubleUpToALimit(Duration backoff, int attempt, Duration delay) {
        assertThat(everything(Integer.MAX_VALUE, backoff).delayAfter(attempt)).isEqualTo(delay);
    }
}
