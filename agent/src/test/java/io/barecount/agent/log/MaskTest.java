package io.barecount.agent.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {
    private static final List<String> SECRETS = List.of("hunter2", "hunter2-and-more", "aab");

    @Test
    void whatBeginsLikeASecretIsShownWhenItIsNone() {
        assertThat(masked("hunter1 hunter", List.of(14))).isEqualTo("hunter1 hunter");
    }

    @Test
    void theLongestIsMaskedAsOne() {
        assertThat(masked("x hunter2-and-more, hunter2-and, aaab", List.of(3, 9)))
                .isEqualTo("x ***, ***-and, a***");
    }

    /** However it is cut into parts, the same comes out. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void partsMakeNoDifference(long seed) {
        var random = new SplittableRandom(seed);
        var pieces = List.of("hunter2", "hunter", "hunter2-and-more", "hunter2-and-mor", "a", "aa", "aab", "ü", "\n");
        var text = new StringBuilder();
        for (var i = 0; i < 200; i++) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        var length = text.toString().getBytes(UTF_8).length;
        var cuts = random.ints(50, 0, length).sorted().boxed().toList();

        var whole = masked(text.toString(), List.of());

        assertThat(masked(text.toString(), cuts)).isEqualTo(whole);
        assertThat(whole).doesNotContain("hunter2", "aab");
    }

    private static String masked(String text, List<Integer> cuts) {
        var mask = new Mask(SECRETS);
        var bytes = text.getBytes(UTF_8);
        var shown = new ByteArrayOutputStream();
        var from = 0;
        for (var to : cuts) {
            shown.writeBytes(mask.next(Arrays.copyOfRange(bytes, from, to), to - from));
            from = to;
        }
        shown.writeBytes(mask.next(Arrays.copyOfRange(bytes, from, bytes.length), bytes.length - from));
        shown.writeBytes(mask.end());
        return shown.toString(UTF_8);
    }
}
