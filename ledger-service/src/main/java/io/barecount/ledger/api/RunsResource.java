package io.barecount.ledger.api;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.ledger.store.AuditRun;
import io.barecount.ledger.store.Log;
import io.barecount.ledger.view.Status;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Arrays;
import java.util.List;

/** Audit records: who ran what, where, on which configuration, decided by which policy, at what cost. */
@Path("/ledger/runs")
@RunOnVirtualThread
public class RunsResource {
    private static final int LIMIT_MAX = 500;

    private final Log log;

    RunsResource(Log log) {
        this.log = log;
    }

    public record Runs(List<RunRecord> runs) {}

    /** The latest first. */
    @GET
    public Runs runs(
            @QueryParam("namespace") String namespace,
            @QueryParam("pipeline") String pipeline,
            @QueryParam("state") String state,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        var views = AuditRun.views(namespace, pipeline, known(state), Queries.limit(limit, LIMIT_MAX));
        return new Runs(views.stream().map(RunRecord::of).toList());
    }

    @GET
    @Path("/{run}")
    public RunRecord run(@PathParam("run") String run) {
        return AuditRun.view(Queries.run(run))
                .map(RunRecord::of)
                .orElseThrow(() -> Problem.of(
                                404, "no-such-run", "No such run", "The ledger holds nothing of run " + run + ".")
                        .exception());
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
    @Path("/{run}/proof")
    public RunProof proof(@PathParam("run") String run) {
        var id = Queries.run(run);
        var proven = log.proven(id)
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-such-run",
                                "No such run",
                                "The log has no signed entry of run " + run + " yet.")
                        .exception());
        return new RunProof(RunProof.FORMAT, id, proven.checkpoint().note(), proven.entries());
    }

    private static String known(String state) {
        var states = Arrays.stream(Status.State.values())
                .map(each -> Json.tree(each).asText())
                .toList();
        if (state != null && !states.contains(state)) {
            throw Problem.of(
                            400,
                            "bad-state",
                            "No such state",
                            "state is one of " + states + ", found \"" + state + "\".")
                    .exception();
        }
        return state;
    }
}
