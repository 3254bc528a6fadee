package io.barecount.scheduler.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.messaging.http.Answers;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.schedule.ScheduleInput;
import io.barecount.scheduler.schedule.ScheduleState;
import io.barecount.scheduler.store.Schedules;
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
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What pipelines start by themselves, and backfills of past times. */
@Path("/schedules")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class SchedulesResource {
    private static final int LISTED_MAX = 500;
    private static final int TIMES_MAX = 1000;
    private static final int BACKFILL_MAX = 10_000;
    private static final int PARALLELISM_MAX = 100;

    private final Schedules schedules;
    private final Stage<ScheduleState, ScheduleInput> stage;
    private final SchedulerConfig config;
    private final Caller caller;

    SchedulesResource(
            Schedules schedules, Stage<ScheduleState, ScheduleInput> stage, SchedulerConfig config, Caller caller) {
        this.caller = caller;
        this.schedules = schedules;
        this.stage = stage;
        this.config = config;
    }

    /** @param next the time; {@code due} the same with its jitter */
    record Entry(Manifest.Schedule schedule, Instant next, Instant due, RunId last) {}

    record Pipeline(
            String namespace,
            String pipeline,
            List<Entry> schedules,
            List<Manifest.After> after,
            List<ScheduleState.Backfill> backfills) {
        static Pipeline of(ScheduleState state) {
            return new Pipeline(
                    state.namespace(),
                    state.pipeline(),
                    state.entries().stream()
                            .map(entry -> new Entry(entry.schedule(), entry.next(), entry.due(), entry.last()))
                            .toList(),
                    state.after(),
                    state.backfills());
        }
    }

    record Listed(List<Pipeline> schedules) {}

    /** @param times whose runs have not been asked for by this */
    record Times(int count, List<Instant> times) {}

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public Listed list(@QueryParam("namespace") String namespace) {
        return new Listed(schedules.list(caller.within(namespace), LISTED_MAX).stream()
                .map(Pipeline::of)
                .toList());
    }

    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{pipeline}")
    public Pipeline get(@PathParam("namespace") String namespace, @PathParam("pipeline") String pipeline) {
        return Pipeline.of(state(namespace, pipeline));
    }

    /** The times of a schedule from a time on: to look at, nothing is started. */
    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{pipeline}/times")
    public Times times(
            @PathParam("namespace") String namespace,
            @PathParam("pipeline") String pipeline,
            @QueryParam("schedule") @DefaultValue("0") int schedule,
            @QueryParam("from") String from,
            @QueryParam("until") String until,
            @QueryParam("limit") @DefaultValue("10") int limit) {
        var state = state(namespace, pipeline);
        check(state, schedule);
        var first = from == null ? Instant.now() : time("from", from);
        var last = until == null ? Instant.MAX : time("until", until);
        var times = state.times(schedule, first, last, Math.clamp(limit, 1, TIMES_MAX));
        return new Times(times.size(), times);
    }

    /**
     * Runs the times of a past interval, or with {@code dryRun: true} only tells which they are: {@code from} and {@code until} (not
     * included) have to be there, and {@code reason}; {@code parallelism} is 1 unless said. Its runs are submissions like any other,
     * decided anew, of low priority; a time that was run before is not run again.
     */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.PATH)
    @Path("/{namespace}/{pipeline}/backfills")
    @Consumes(MediaType.WILDCARD)
    public Response backfill(
            @PathParam("namespace") String namespace,
            @PathParam("pipeline") String pipeline,
            @HeaderParam("traceparent") String traceparent,
            String body) {
        var asked = JsonBody.of(
                body, "{\"from\": \"2026-05-01T00:00:00Z\", \"until\": \"2026-06-01T00:00:00Z\", \"dryRun\": true}");
        var state = state(namespace, pipeline);
        var schedule = asked.at("schedule").asInt(0);
        check(state, schedule);
        var from = time("from", asked.text("from"));
        var until = time("until", asked.text("until"));
        if (!from.isBefore(until) || until.isAfter(Instant.now())) {
            throw Problems.invalid("A backfill is of the past: 'from' lies before 'until', and 'until' not after now.")
                    .exception();
        }
        var times = state.times(schedule, from, until, BACKFILL_MAX + 1);
        if (times.size() > BACKFILL_MAX) {
            throw Problems.invalid("There are more than " + BACKFILL_MAX
                            + " times in the interval, and at most so many are run at one go: take a shorter one.")
                    .exception();
        }
        if (asked.at("dryRun").asBoolean()) {
            return Response.ok(new Times(times.size(), times)).build();
        }
        var reason = asked.reason();
        var parallelism = Math.clamp(asked.at("parallelism").asInt(1), 1, PARALLELISM_MAX);
        var input = new ScheduleInput.Backfill(
                UUID.randomUUID().toString(), schedule, from, until, parallelism, caller.subject(), reason);
        var after = Answers.within(
                config.answerWithin(),
                stage.submit(new Input<>(namespace + "/" + pipeline, input, UUID.randomUUID(), traceparent)),
                "backfill of " + namespace + "/" + pipeline,
                "See GET /schedules");
        return Response.accepted(Pipeline.of(after)).build();
    }

    private ScheduleState state(String namespace, String pipeline) {
        return schedules
                .of(namespace, pipeline)
                .orElseThrow(() -> Problems.unknownSchedule(namespace, pipeline).exception());
    }

    private static void check(ScheduleState state, int schedule) {
        if (schedule < 0 || schedule >= state.entries().size()) {
            throw Problems.invalid("The pipeline has " + state.entries().size()
                            + " schedules, counted from 0; found 'schedule' = " + schedule + ".")
                    .exception();
        }
    }

    private static Instant time(String field, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw Problems.invalid(
                            "The field '" + field + "' is a time such as 2026-06-01T00:00:00Z, found '" + text + "'.")
                    .exception();
        }
    }
}
