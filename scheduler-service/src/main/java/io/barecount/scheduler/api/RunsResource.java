package io.barecount.scheduler.api;

import com.fasterxml.uuid.Generators;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.store.RunRow;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;

/** Runs, as the scheduler knows them. */
@Path("/runs")
@RunOnVirtualThread
class RunsResource {
    private static final int LIMIT_MAX = 500;
    private final Stage<RunState, RunInput> runs;

    RunsResource(Stage<RunState, RunInput> runs) {
        this.runs = runs;
    }

    /** @param reason shown in the run's end and kept in the ledger */
    record Cancellation(String reason) {}

    /** Newest first; {@code before} takes the last run of the page before. */
    @GET
    @Transactional
    public List<RunView> list(
            @QueryParam("namespace") String namespace,
            @QueryParam("pipeline") String pipeline,
            @QueryParam("state") String state,
            @QueryParam("before") String before,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw Problem.of(400, "limit", "Limit out of range", "limit is 1 to " + LIMIT_MAX + ", found " + limit)
                    .exception();
        }
        return RunRow.newest(namespace, pipeline, state, before, limit).stream()
                .map(RunView::of)
                .toList();
    }

    @GET
    @Path("/{run}")
    @Transactional
    public RunView show(@PathParam("run") String run) {
        return RunView.of(require(run));
    }

    /** Answers at once; {@code cancelled} is said when every started attempt has confirmed its stop. */
    @POST
    @Path("/{run}/cancel")
    public Response cancel(@PathParam("run") String run, Cancellation cancellation) {
        if (cancellation == null
                || cancellation.reason() == null
                || cancellation.reason().isBlank()) {
            throw Problem.of(
                            400,
                            "reason",
                            "A reason is needed",
                            "Send {\"reason\": \"...\"}: it is kept in the ledger.")
                    .exception();
        }
        QuarkusTransaction.requiringNew().call(() -> require(run));
        var state = runs.submit(new Input<>(
                        run,
                        new RunInput.Cancel(cancellation.reason()),
                        Generators.timeBasedEpochGenerator().generate(),
                        null))
                .join();
        return Response.accepted(RunView.of(state, Clock.systemUTC().instant())).build();
    }

    private static RunRow require(String run) {
        return RunRow.<RunRow>findByIdOptional(run)
                .orElseThrow(() -> Problem.of(
                                404,
                                "run-unknown",
                                "No such run",
                                "The scheduler knows no run " + run
                                        + ". A run appears here once it was decided; GET /submissions/" + run
                                        + " tells of its intake.")
                        .exception());
    }
}
