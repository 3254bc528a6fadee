package io.barecount.ledger.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.ledger.check.Finding;
import io.barecount.ledger.store.Completeness;
import io.barecount.ledger.store.Findings;
import io.barecount.ledger.store.LogCheck;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;

/** What is wrong with the log, if anything is; and when it was looked at. */
@Path("/ledger/findings")
@RunOnVirtualThread
public class FindingsResource {
    private static final int LIMIT_MAX = 1000;

    private final LogCheck check;
    private final Completeness completeness;
    private final Findings findings;

    FindingsResource(LogCheck check, Completeness completeness, Findings findings) {
        this.check = check;
        this.completeness = completeness;
        this.findings = findings;
    }

    /** @param findings how many the check came to */
    public record Checked(Instant at, Duration took, long entries, int findings) {
        static Checked of(LogCheck.Pass pass) {
            return pass == null
                    ? null
                    : new Checked(
                            pass.endedAt(),
                            Duration.between(pass.beganAt(), pass.endedAt()),
                            pass.entries(),
                            pass.findings().size());
        }
    }

    /** @param present whether the last check still found it */
    public record Found(
            Instant foundAt, Finding.Kind kind, String place, Long seq, String field, String detail, boolean present) {}

    /**
     * @param recent the last check of what came lately, by this instance; null before it
     * @param all the last check of all entries, by this instance; null before it
     * @param findings all that was ever found, the latest first
     */
    public record Answer(Checked recent, Checked all, List<Found> findings) {}

    @GET
    @Allow(
            value = {Role.OPERATOR, Role.AUDITOR},
            in = Allow.Scope.PLATFORM)
    public Answer findings(@QueryParam("limit") @DefaultValue("100") int limit) {
        var present = new HashSet<>(check.present());
        present.addAll(completeness.present());
        var found = findings.latest(Queries.limit(limit, LIMIT_MAX)).stream()
                .map(each -> found(each, present.contains(each.finding())))
                .toList();
        return new Answer(Checked.of(check.recent()), Checked.of(check.all()), found);
    }

    private static Found found(Findings.Found each, boolean present) {
        var finding = each.finding();
        return new Found(
                each.foundAt(),
                finding.kind(),
                finding.place(),
                finding.seq(),
                finding.field(),
                finding.detail(),
                present);
    }
}
