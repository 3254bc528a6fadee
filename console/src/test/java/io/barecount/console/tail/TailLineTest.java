package io.barecount.console.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TailLineTest {
    private static TailLine line(byte[] value, int most) {
        return TailLine.of(new TopicRecord(new Place("a", 0), 0, Instant.EPOCH, null, Map.of(), value), most);
    }

    @Test
    void aLongValueIsCutBetweenCharacters() {
        var line = line("ab€".getBytes(StandardCharsets.UTF_8), 4);

        assertThat(line.value()).isEqualTo("ab");
        assertThat(line.cut()).isTrue();
        assertThat(line.bytes()).isEqualTo(5);
    }

    @Test
    void whatIsNoTextIsTold() {
        var line = line(new byte[] {(byte) 0xff, 0}, 10);

        assertThat(line.value()).isNull();
        assertThat(line.base64()).isEqualTo("/wA=");
    }

    @Test
    void aRecordMayHaveNoValue() {
        var line = line(null, 10);

        assertThat(line.value()).isNull();
        assertThat(line.base64()).isNull();
        assertThat(line.bytes()).isZero();
    }
}
