package io.barecount.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClocksTest {
    private static final Instant BEFORE = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant AFTER = BEFORE.plusSeconds(1);

    @Test
    void clocksThatDifferBySecondsOrByWhatTheAnswerTookAgree() {
        assertThat(Clocks.compare("x", BEFORE.plusMillis(500), BEFORE, AFTER, Duration.ZERO))
                .isEmpty();
        assertThat(Clocks.compare("x", AFTER.plusSeconds(5), BEFORE, AFTER, Duration.ZERO))
                .isEmpty();
        assertThat(Clocks.compare("x", BEFORE.minusSeconds(6), BEFORE, AFTER, Duration.ofSeconds(1)))
                .isEmpty();
    }

    @Test
    void aClockThatIsAheadOrBehindIsSaid() {
        assertThat(Clocks.compare("x", AFTER.plusSeconds(90), BEFORE, AFTER, Duration.ZERO))
                .hasValueSatisfying(
                        finding -> assertThat(finding.said()).isEqualTo("its clock is 90 s ahead of this machine's"));
        assertThat(Clocks.compare("x", BEFORE.minusSeconds(90), BEFORE, AFTER, Duration.ZERO))
                .hasValueSatisfying(
                        finding -> assertThat(finding.said()).isEqualTo("its clock is 90 s behind this machine's"));
    }
}
