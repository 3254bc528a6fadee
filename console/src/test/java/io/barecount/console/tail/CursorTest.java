package io.barecount.console.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
    @Test
    void readsBackWhatItWrote() {
        var text = "barecount.decisions:0=3;barecount.runs:0=12,1=7,10=0";

        var cursor = Cursor.parse(text);

        assertThat(cursor.next())
                .containsEntry(new Place("barecount.runs", 10), 0L)
                .hasSize(4);
        assertThat(cursor).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "runs",
                "runs:",
                ":0=1",
                "runs:0=",
                "runs:0=-1",
                "runs:0=1,",
                "runs:0=1;",
                "a b:0=1",
                "runs:0=9999999999999999999"
            })
    void refusesWhatIsNone(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cursor.parse(text))
                .withMessageContaining("barecount.runs:0=12,1=7");
    }
}
