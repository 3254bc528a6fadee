package io.barecount.ledger.api;

import io.barecount.access.Allow;
import io.barecount.contracts.RunId;
import io.barecount.ledger.store.AuditAttempt;
import io.barecount.ledger.store.AuditRun;
import io.barecount.ledger.store.Log;
import io.barecount.ledger.view.AttemptView;
import io.barecount.ledger.view.RunView;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;

/** Audit records: who ran what, where, on which configuration, decided by which policy, at what cost. */
@Path("/ledger/runs")
@RunOnVirtualThread
public class RunsResource {
    private static final int LIMIT_MAX = 500;

    private final Log log;
    private final Caller caller;

    RunsResource(Log log, Caller caller) {
        this.caller = caller;
        this.log = log;
    }

    /** @param next what {@code after} is to be for the rest; null at the end */
    public record Runs(List<RunRecord> runs, String next) {}

    /** The latest first. */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public Runs runs(
            @BeanParam RunQuery query,
            @QueryParam("after") String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        var most = Queries.limit(limit, LIMIT_MAX);
        var rows = AuditRun.page(query.filter(caller), RunQuery.after(after), most + 1);
        var shown = rows.subList(0, Math.min(most, rows.size()));
        var records = shown.stream().map(row -> RunRecord.of(row.view())).toList();
        return new Runs(
                records, rows.size() > most ? RunQuery.text(shown.get(most - 1).place()) : null);
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{run}")
    public RunRecord run(@PathParam("run") String run) {
        return RunRecord.of(visible(Queries.run(run)));
    }

    private RunView visible(RunId run) {
        return AuditRun.view(run)
                .filter(view -> caller.may(view.namespace()))
                .orElseThrow(() -> Problem.of(
                                404, "no-such-run", "No such run", "The ledger holds nothing of run " + run + ".")
                        .exception());
    }

    /** @param next the task and number that {@code from} is to be for the rest, as {@code 17/2}; null at the end */
    public record Attempts(List<AttemptView> attempts, String next) {}

    /** On which runner, with which configuration, in which environment, through which network each attempt ran. */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{run}/attempts")
    public Attempts attempts(
            @PathParam("run") String run,
            @QueryParam("from") @DefaultValue("0/1") String from,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        var most = Queries.limit(limit, LIMIT_MAX);
        if (!from.matches("[0-9]{1,9}/[0-9]{1,9}")) {
            throw Problem.of(
                            400,
                            "bad-place",
                            "Bad place",
                            "from is a task and a number, as 17/2, found \"" + from + "\".")
                    .exception();
        }
        var task = Integer.parseInt(from.substring(0, from.indexOf('/')));
        var number = Integer.parseInt(from.substring(from.indexOf('/') + 1));
        var views = AuditAttempt.views(visible(Queries.run(run)).run(), task, number, most + 1);
        if (views.size() <= most) {
            return new Attempts(views, null);
        }
        var next = views.get(most).attempt();
        return new Attempts(views.subList(0, most), next.task().index() + "/" + next.number());
    }

    /**
     * What shows an outsider, offline and with public keys alone, how a run went.
     *
     * @param checkpoint the signed note that every entry is proven against
     */
    public record RunProof(String format, RunId run, String checkpoint, List<Log.ProvenEntry> entries) {
        public static final String FORMAT = "https://barecount.io/proof/run/v1";
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{run}/proof")
    public RunProof proof(@PathParam("run") String run) {
        var id = visible(Queries.run(run)).run();
        var proven = log.proven(id)
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-such-run",
                                "No such run",
                                "The log has no signed entry of run " + run + " yet.")
                        .exception());
        return new RunProof(RunProof.FORMAT, id, proven.checkpoint().note(), proven.entries());
    }
}
