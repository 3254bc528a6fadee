package io.barecount.messaging.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageLoopTest {
    /** What would be refused whatever the item is, is tried again until the database is as it must be; nothing is lost meanwhile. */
    @ParameterizedTest
    @CsvSource({
        "22001, true", // longer than its column
        "22021, true", // no text in the database's encoding
        "23514, true", // a check
        "23505, false", // another instance was first
        "23502, false", // a column of another version
        "0A000, false", // a plan of before a migration
        "42703, false", // a column that is not there yet
        "40001, false", // serialisation
        "08006, false" // connection lost
    })
    void anItemIsRefusedOnlyForItsContent(String state, boolean refused) {
        assertThat(StageLoop.refusedForItsContent(new IllegalStateException(new SQLException("said so", state))))
                .isEqualTo(refused);
    }

    @Test
    void onlyWhatTheDatabaseSaysIsTheDatabases() {
        assertThat(StageLoop.isOfTheDatabase(new IllegalStateException(new SQLException("gone", "57P01"))))
                .isTrue();
        assertThat(StageLoop.isOfTheDatabase(new IllegalStateException("no decision")))
                .isFalse();
    }
}
