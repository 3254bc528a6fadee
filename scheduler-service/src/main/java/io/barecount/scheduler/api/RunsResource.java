package io.barecount.scheduler.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.RunId;
import io.barecount.messaging.http.Answers;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.run.Redrive;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.run.Status;
import io.barecount.scheduler.store.Runs;
import io.barecount.scheduler.store.Waits;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Runs as they stand, from their decision or rejection on. */
@Path("/runs")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class RunsResource {
    private static final int LISTED_MAX = 500;
    private static final int REASON_CHARACTERS_MAX = 500;

    private final Runs runs;
    private final Stage<RunState, RunInput> stage;
    private final SchedulerConfig config;
    private final Waits waits;
    private final Caller caller;

    RunsResource(Runs runs, Stage<RunState, RunInput> stage, SchedulerConfig config, Waits waits, Caller caller) {
        this.caller = caller;
        this.waits = waits;
        this.runs = runs;
        this.stage = stage;
        this.config = config;
    }

    /** @param next to be given as {@code before} for what follows; null if nothing does */
    record Page(List<RunView> runs, RunId next) {}

    /** @param before the run that the page before ended with */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public Page list(
            @QueryParam("namespace") String namespace,
            @QueryParam("pipeline") String pipeline,
            @QueryParam("state") String state,
            @QueryParam("limit") @DefaultValue("50") String limit,
            @QueryParam("before") String before) {
        var filter = new Runs.Filter(caller.within(namespace), pipeline, state == null ? null : status(state));
        var most = limit(limit);
        var last = before == null ? null : runId(before);
        var lastAt = last == null
                ? null
                : runs.arrivalOf(last)
                        .filter(at -> isVisible(last))
                        .orElseThrow(() -> Problems.unknownPage(before).exception());
        var found = runs.list(filter, last, lastAt, most + 1).stream()
                .map(RunView::of)
                .toList();
        return found.size() <= most
                ? new Page(found, null)
                : new Page(found.subList(0, most), found.get(most - 1).run());
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{run}")
    public RunView get(@PathParam("run") String run) {
        var state = visible(run);
        return RunView.of(state).waitingFor(waits.of(state));
    }

    /** What became of each task, in order of their indices. */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{run}/tasks")
    public TasksView tasks(
            @PathParam("run") String run,
            @QueryParam("state") String state,
            @QueryParam("from") @DefaultValue("0") int from,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        var of = visible(run);
        return TasksView.of(of, state, Math.max(0, from), limit(limit));
    }

    /**
     * Wants the run to end. The answer tells where it stands now: {@code cancelling} as long as attempts are out that have not
     * confirmed their end. A run that has ended, or is failing, is left as it is. A run that is not decided on yet is unknown here.
     */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.OBJECT)
    @Path("/{run}/cancel")
    @Consumes(MediaType.WILDCARD)
    public Response cancel(@PathParam("run") String run, @HeaderParam("traceparent") String traceparent, String body) {
        return submit(run, new RunInput.Cancel(reason(body)), traceparent);
    }

    /** Wants the run to start nothing more for now; what is out goes on. A run that has ended, or is about to, is left as it is. */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.OBJECT)
    @Path("/{run}/pause")
    @Consumes(MediaType.WILDCARD)
    public Response pause(@PathParam("run") String run, @HeaderParam("traceparent") String traceparent, String body) {
        return submit(run, new RunInput.Pause(caller.subject(), reason(body)), traceparent);
    }

    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.OBJECT)
    @Path("/{run}/resume")
    @Consumes(MediaType.WILDCARD)
    public Response resume(@PathParam("run") String run, @HeaderParam("traceparent") String traceparent) {
        return submit(run, new RunInput.Resume(caller.subject()), traceparent);
    }

    /** Lets tasks that wait for the time of their retry start as soon as there is room. */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.OBJECT)
    @Path("/{run}/retry")
    @Consumes(MediaType.WILDCARD)
    public Response retry(@PathParam("run") String run, @HeaderParam("traceparent") String traceparent) {
        return submit(run, new RunInput.Retry(), traceparent);
    }

    /** @param run that runs the rest, {@code tasks} of them */
    record Redriven(RunId run, int tasks) {}

    /**
     * Runs what an ended run did not get done again: a submission of its own, validated and decided anew. Twice is the same submission.
     */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.OBJECT)
    @Path("/{run}/redrive")
    @Consumes(MediaType.WILDCARD)
    public Response redrive(@PathParam("run") String run, @HeaderParam("traceparent") String traceparent) {
        var state = visible(run);
        var redrive = state instanceof RunState.Ended ended ? Redrive.of(ended) : Optional.<Redrive>empty();
        if (redrive.isEmpty()) {
            throw Problems.nothingToRedrive(run, state.summary()).exception();
        }
        var answer = submit(run, new RunInput.Redrive(caller.subject()), traceparent);
        return answer.getStatus() == 202
                ? Response.accepted(
                                new Redriven(redrive.get().run(), redrive.get().tasks()))
                        .build()
                : answer;
    }

    private boolean isVisible(RunId run) {
        return runs.stateOf(run)
                .filter(found -> caller.may(found.summary().namespace()))
                .isPresent();
    }

    private RunState visible(String run) {
        return runs.stateOf(runId(run))
                .filter(state -> caller.may(state.summary().namespace()))
                .orElseThrow(() -> Problems.unknownRun(run).exception());
    }

    private Response submit(String run, RunInput input, String traceparent) {
        var id = visible(run).summary().run();
        var state = Answers.within(
                config.answerWithin(),
                stage.submit(new Input<>(id.toString(), input, UUID.randomUUID(), traceparent)),
                input.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " of run " + id,
                "See GET /runs/" + id);
        return state == null
                ? Problems.unknownRun(run).response()
                : Response.accepted(RunView.of(state)).build();
    }

    private static RunId runId(String text) {
        try {
            return RunId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problems.noRunId(text).exception();
        }
    }

    private static Status status(String text) {
        return Arrays.stream(Status.values())
                .filter(status -> status.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> Problems.unknownState(text).exception());
    }

    private static int limit(String text) {
        if (text.matches("[0-9]{1,3}")) {
            var limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LISTED_MAX) {
                return limit;
            }
        }
        throw Problems.limitOutOfRange(LISTED_MAX, text).exception();
    }

    private static String reason(String body) {
        return JsonBody.of(body, "{\"reason\": \"wrong input\"}").reason();
    }
}
