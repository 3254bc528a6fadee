package io.barecount.ledger.store;

import io.agroal.api.AgroalDataSource;
import io.barecount.ledger.check.Finding;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** All that was ever found wrong, each once; kept where nobody who writes to the log can take it back. */
@ApplicationScoped
public class Findings {
    private static final Logger LOG = Logger.getLogger(Findings.class);
    private static final int RECORDED_MAX = 10_000;

    private final AgroalDataSource database;

    Findings(AgroalDataSource database) {
        this.database = database;
    }

    /** @param foundAt when it was found first */
    public record Found(Instant foundAt, Finding finding) {}

    /** Keeps and logs those that are new; returns all. */
    public List<Finding> record(List<Finding> findings) {
        if (findings.isEmpty()) {
            return List.of();
        }
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement("insert into findings (kind, place, seq, field, detail)"
                        + " values (?, ?, ?, ?, ?) on conflict do nothing")) {
            for (var finding : findings.subList(0, Math.min(findings.size(), RECORDED_MAX))) {
                insert.setString(1, finding.kind().name());
                insert.setString(2, finding.place());
                insert.setObject(3, finding.seq(), java.sql.Types.BIGINT);
                insert.setString(4, finding.field());
                insert.setString(5, finding.detail());
                if (insert.executeUpdate() > 0) {
                    LOG.errorf(
                            "ALARM %s: %s, %s: %s", finding.kind(), finding.place(), finding.field(), finding.detail());
                }
            }
        } catch (SQLException e) {
            LOG.errorf(e, "%d findings could not be kept, the first of them: %s", findings.size(), findings.get(0));
        }
        return List.copyOf(findings);
    }

    /** The latest first. */
    public List<Found> latest(int most) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(
                        "select found_at, kind, place, seq, field, detail from findings order by id desc limit ?")) {
            select.setInt(1, most);
            var found = new ArrayList<Found>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new Found(
                            rows.getObject(1, OffsetDateTime.class).toInstant(),
                            new Finding(
                                    Finding.Kind.valueOf(rows.getString(2)),
                                    rows.getString(3),
                                    rows.getObject(4, Long.class),
                                    rows.getString(5),
                                    rows.getString(6))));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger's database: " + e.getMessage(), e);
        }
    }
}
