package io.barecount.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.barecount.embedded.postgres.Postgres;
import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the role that writes may do in the database, and what the one that owns it may. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(LedgerFiles.class)
class RolesTest extends RunningLedger {
    private static final String WRITER = LedgerFiles.DATABASE;
    private static final String OWNER = Postgres.owner(LedgerFiles.DATABASE);

    @BeforeEach
    void aRoleOfItsOwnOwnsTheTables() {
        assumeTrue(BackingServices.current().postgres() != null, "in a container there is one role");
        Histories.denied(run).forEach(this::send);
        awaitEntries(run, 4);
    }

    @ParameterizedTest
    @CsvSource({
        "entries, seq",
        "entries_0, seq",
        "entry_payloads, seq",
        "facts, fact",
        "tiles, root",
        "checkpoints, note",
        "findings, detail"
    })
    void theWriterCanOnlyInsertAndRead(String table, String column) {
        for (var verb : new String[] {
            "update %1$s set %2$s = %2$s where false",
            "update %1$s set %2$s = %2$s",
            "delete from %1$s where false",
            "truncate %1$s",
            "alter table %1$s disable trigger all",
            "alter table %1$s add column more text",
            "drop table %1$s"
        }) {
            assertRefused(WRITER, verb.formatted(table, column), "(permission denied|must be owner)");
        }
    }

    /** What only the whole table's rights allow can't be done to a part of it. */
    @ParameterizedTest
    @ValueSource(strings = {"select from entries_0", "insert into entries_0 select * from entries where false"})
    void theWriterHasNothingToDoWithAPartition(String statement) {
        assertRefused(WRITER, statement, "permission denied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set session_replication_role = replica",
                "create table more (id bigint)",
                "create or replace function refuse_change() returns trigger language plpgsql as 'begin return new; end'",
                "alter table entries detach partition entries_0",
                "select add_entries_partition(1)",
                "select add_entries_partition(1048576::bigint * 1000)",
                "update flyway_schema_history set success = false",
                "set role ledger_owner",
                "alter role ledger superuser"
            })
    void theWriterCantMakeItselfMore(String statement) {
        assertRefused(WRITER, statement, "(permission denied|must be owner|no partition of entries|only roles with)");
    }

    @ParameterizedTest
    @CsvSource({"entries, seq", "entries_0, seq", "facts, fact", "tiles, root", "checkpoints, note", "findings, detail"
    })
    void theOwnerIsRefusedByTheTablesThemselves(String table, String column) {
        for (var verb : new String[] {"update %1$s set %2$s = %2$s", "delete from %1$s", "truncate %1$s"}) {
            assertRefused(OWNER, verb.formatted(table, column), "only grows");
        }
    }

    @Test
    void theWriterReadsAndAdds() throws SQLException {
        try (var connection = LedgerFiles.connect(WRITER);
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(statement
                            .executeQuery("select leaf from entries where seq = 0")
                            .next())
                    .isTrue();
            assertThat(statement.executeUpdate("insert into facts values ('\\x00')"))
                    .isOne();
            connection.rollback();
        }
    }

    private static void assertRefused(String role, String text, String how) {
        assertThatThrownBy(() -> {
                    try (var connection = LedgerFiles.connect(role);
                            var statement = connection.createStatement()) {
                        statement.execute(text);
                    }
                })
                .as(role + ": " + text)
                .isInstanceOf(SQLException.class)
                .hasMessageMatching("(?s).*" + how + ".*");
    }
}
