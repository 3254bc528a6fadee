package io.barecount.ledger.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.ledger.store.Reports;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;

/** Questions of auditors over all runs, of the time from {@code from} until {@code until}. At most 1,000 lines each. */
@Path("/ledger/reports")
@Allow(
        value = {Role.GOVERNANCE, Role.NETWORK, Role.AUDITOR},
        in = Allow.Scope.PLATFORM)
@RunOnVirtualThread
public class ReportsResource {
    private final Reports reports;

    ReportsResource(Reports reports) {
        this.reports = reports;
    }

    public record Report<T>(List<T> lines) {}

    /** Successes without signed evidence: there must be none. */
    @GET
    @Path("/without-evidence")
    public Report<Reports.WithoutEvidence> withoutEvidence(
            @QueryParam("from") String from, @QueryParam("until") String until) {
        return new Report<>(reports.withoutEvidence(RunQuery.time("from", from), RunQuery.time("until", until)));
    }

    @GET
    @Path("/boundary-findings")
    public Report<Reports.BoundaryFinding> boundaryFindings(
            @QueryParam("from") String from, @QueryParam("until") String until) {
        return new Report<>(reports.boundaryFindings(RunQuery.time("from", from), RunQuery.time("until", until)));
    }

    @GET
    @Path("/spend")
    public Report<Reports.Spend> spend(@QueryParam("from") String from, @QueryParam("until") String until) {
        return new Report<>(reports.spend(RunQuery.time("from", from), RunQuery.time("until", until)));
    }

    @GET
    @Path("/rules")
    public Report<Reports.Rule> rules(@QueryParam("from") String from, @QueryParam("until") String until) {
        return new Report<>(reports.decisionsByRule(RunQuery.time("from", from), RunQuery.time("until", until)));
    }
}
