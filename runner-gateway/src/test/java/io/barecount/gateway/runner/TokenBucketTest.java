package io.barecount.gateway.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long BEGINNING = Long.MIN_VALUE / 2;

    private final TokenBucket bucket = new TokenBucket(Rate.parse("5+2/s"), BEGINNING);

    private long taken(long at, int tries) {
        return LongStream.range(0, tries).filter(i -> bucket.take(at)).count();
    }

    @Test
    void theBurstGoesThroughAtOnceAndNoMore() {
        assertThat(taken(BEGINNING, 20)).isEqualTo(5);
        assertThat(bucket.nanosToNext(BEGINNING)).isEqualTo(SECOND / 2);
    }

    @Test
    void itIsRefilledAtItsRate() {
        taken(BEGINNING, 5);

        assertThat(taken(BEGINNING + SECOND / 2 - 1, 1)).isZero();
        assertThat(taken(BEGINNING + SECOND / 2, 2)).isOne();
        assertThat(taken(BEGINNING + 2 * SECOND, 20)).isEqualTo(3);
    }

    @Test
    void aPauseGivesNoMoreThanTheBurst() {
        taken(BEGINNING, 5);

        assertThat(taken(BEGINNING + 3600 * SECOND, 20)).isEqualTo(5);
    }

    @Test
    void aClockThatStandsStillGivesNothing() {
        taken(BEGINNING, 5);

        assertThat(taken(BEGINNING, 1)).isZero();
        assertThat(taken(BEGINNING - SECOND, 1)).isZero();
    }

    @Test
    void whatIsUnlimitedWaitsForNothing() {
        var unlimited = new TokenBucket(Rate.UNLIMITED, BEGINNING);

        assertThat(LongStream.range(0, 100_000).allMatch(i -> unlimited.take(BEGINNING)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5/s", "0+1/s", "5+0/s", "5+x/s", "-5+1/s", "5+1"})
    void whatIsNoRateIsRefused(String text) {
        assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
