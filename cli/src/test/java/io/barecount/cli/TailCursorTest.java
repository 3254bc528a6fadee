package io.barecount.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import org.junit.jupiter.api.Test;

class TailCursorTest {
    private final TailCursor cursor = new TailCursor();

    private static JsonNode record(String topic, int partition, long offset) {
        return Json.mapper()
                .createObjectNode()
                .put("topic", topic)
                .put("partition", partition)
                .put("offset", offset);
    }

    @Test
    void isUnknownUntilTheServerSaysWhereReadingBegan() {
        cursor.passed(record("barecount.runs", 0, 5));

        assertThat(cursor.isKnown()).isFalse();
    }

    @Test
    void movesOnWithEachRecordAndNeverBack() {
        cursor.reached("barecount.decisions:0=3;barecount.runs:0=5,1=7");

        cursor.passed(record("barecount.runs", 1, 7));
        cursor.passed(record("barecount.runs", 1, 2));
        cursor.passed(record("barecount.runs", 2, 0));

        assertThat(cursor).hasToString("barecount.decisions:0=3;barecount.runs:0=5,1=8,2=1");
    }
}
