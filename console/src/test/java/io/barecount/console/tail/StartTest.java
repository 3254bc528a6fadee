package io.barecount.console.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void readsEachForm() {
        assertThat(Start.parse("last:1000", NOON)).isEqualTo(new Start.Last(1000));
        assertThat(Start.parse("beginning", NOON)).isEqualTo(new Start.Beginning());
        assertThat(Start.parse("offset:7", NOON)).isEqualTo(new Start.Offset(7));
        assertThat(Start.parse("PT15M", NOON)).isEqualTo(new Start.Since(NOON.minusSeconds(900)));
        assertThat(Start.parse("2026-01-01T00:00:00Z", NOON))
                .isEqualTo(new Start.Since(Instant.parse("2026-01-01T00:00:00Z")));
        assertThat(Start.parse("cursor:a:0=1", NOON)).isEqualTo(new Start.At(Cursor.parse("a:0=1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "last:", "last:1001", "last:-1", "offset:-1", "offset:x", "P", "P1000000000Y", "yesterday"})
    void saysWhatIsAllowed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Start.parse(text, NOON))
                .withMessageContaining("last:N")
                .withMessageContaining("\"" + text + "\"");
    }
}
