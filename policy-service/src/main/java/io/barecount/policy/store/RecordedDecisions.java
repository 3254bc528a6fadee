package io.barecount.policy.store;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.narayana.jta.TransactionSemantics;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All decisions that are kept, as many as there are: they pass through, a page at a time, as one snapshot. */
@ApplicationScoped
public class RecordedDecisions {
    private static final Duration READING_MAX = Duration.ofHours(1);

    /** What no rule is asked about is left in the database: it is more than half of a decision. */
    static final String ROWS =
            "select id, cast((case when outcome = 'revoked' then state -> 'permitted' else state end)"
                    + " - array['permit', 'asked', 'suggestion', 'approvals', 'funding', 'estimate'] as text)";

    private static final String WHICH =
            " from decisions where decided_at >= ? and decided_at < ? and (?::text is null or namespace = ?)";

    private final AgroalDataSource database;

    RecordedDecisions(AgroalDataSource database) {
        this.database = database;
    }

    /** @param namespace null for all */
    public record Range(Instant from, Instant until, String namespace) {}

    /** @param state without what no rule is asked about */
    public record Row(String run, String state) {}

    public long count(Range range) {
        return QuarkusTransaction.requiringNew().call(() -> {
            try (var connection = database.getConnection();
                    var select = connection.prepareStatement("select count(*)" + WHICH)) {
                set(select, range);
                try (var rows = select.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }

    /** The latest first. */
    public void read(Range range, int pageSize, Consumer<List<Row>> pages) {
        QuarkusTransaction.runner(TransactionSemantics.REQUIRE_NEW)
                .timeout((int) READING_MAX.toSeconds())
                .call(() -> {
                    read(range, pageSize, pages, ROWS + WHICH + " order by decided_at desc, id desc");
                    return null;
                });
    }

    /** With autocommit off, as it is in a transaction, the driver reads as many rows at a time as it is told: a cursor. */
    private void read(Range range, int pageSize, Consumer<List<Row>> pages, String sql) throws SQLException {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(sql)) {
            select.setFetchSize(pageSize);
            set(select, range);
            try (var rows = select.executeQuery()) {
                var page = new ArrayList<Row>(pageSize);
                while (rows.next()) {
                    page.add(new Row(rows.getString(1), rows.getString(2)));
                    if (page.size() == pageSize) {
                        pages.accept(page);
                        page = new ArrayList<>(pageSize);
                    }
                }
                if (!page.isEmpty()) {
                    pages.accept(page);
                }
            }
        }
    }

    private static void set(PreparedStatement select, Range range) throws SQLException {
        select.setObject(1, range.from().atOffset(ZoneOffset.UTC));
        select.setObject(2, range.until().atOffset(ZoneOffset.UTC));
        select.setString(3, range.namespace());
        select.setString(4, range.namespace());
    }
}
