package io.barecount.gateway.api;

import io.barecount.access.Allow;
import io.barecount.access.Proven;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.proof.Envelope;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;

/** Attempts: as the gateway knows them, and what agents say of them. */
@Path("/attempts")
@Proven(by = "the signature of the agent's key")
@RunOnVirtualThread
class AttemptsResource {
    private final Stage<AttemptState, AttemptInput> attempts;
    private final AgentWords words;
    private final Caller caller;

    AttemptsResource(Stage<AttemptState, AttemptInput> attempts, AgentWords words, Caller caller) {
        this.caller = caller;
        this.attempts = attempts;
        this.words = words;
    }

    /**
     * @param state queued, offered, claimed, carried, pending, intended, doubtful, launched, executing, or how it ended
     * @param evidence the signed evidence's content; {@code envelope} is what is signed
     */
    record Attempt(
            AttemptId attempt,
            String state,
            String reason,
            String agent,
            Instant at,
            Evidence evidence,
            Envelope envelope) {
        static Attempt of(AttemptRow row) {
            return switch (Json.read(row.state, AttemptState.class)) {
                case AttemptState.Queued queued ->
                    new Attempt(
                            queued.attempt(),
                            "queued",
                            null,
                            null,
                            queued.work().queuedAt(),
                            null,
                            null);
                case AttemptState.Offered offered ->
                    new Attempt(offered.attempt(), "offered", null, offered.agent(), offered.deadline(), null, null);
                case AttemptState.Claimed claimed ->
                    new Attempt(
                            claimed.attempt(),
                            "claimed",
                            claimed.stopReason(),
                            claimed.agent(),
                            claimed.at(),
                            null,
                            null);
                case AttemptState.Carried carried ->
                    new Attempt(
                            carried.attempt(),
                            "carried",
                            carried.stopReason(),
                            carried.agent(),
                            carried.at(),
                            null,
                            null);
                case AttemptState.Pending pending ->
                    new Attempt(
                            pending.attempt(),
                            "pending",
                            null,
                            null,
                            pending.work().queuedAt(),
                            null,
                            null);
                case AttemptState.Driven driven ->
                    new Attempt(
                            driven.attempt(),
                            row.status,
                            driven.ending() == null
                                    ? driven.doubt()
                                    : driven.ending().reason(),
                            driven.holder() == null
                                    ? driven.handle()
                                    : driven.holder().identity(),
                            driven.intendedAt(),
                            null,
                            null);
                case AttemptState.Ended ended ->
                    new Attempt(
                            ended.attempt(),
                            ended.outcome(),
                            ended.reason(),
                            ended.agent(),
                            ended.at(),
                            ended.evidence() == null
                                    ? null
                                    : Json.fromTree(ended.evidence().peek().predicate(), Evidence.class),
                            ended.evidence());
            };
        }
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("{run}")
    @Transactional
    public List<Attempt> ofRun(@PathParam("run") String run) {
        var visible = caller.namespaces();
        return AttemptRow.<AttemptRow>list("run = ?1 order by id", run).stream()
                .filter(row -> visible.contains(row.namespace))
                .map(Attempt::of)
                .toList();
    }

    /** 200 if it is this agent's now; 409 if it never will be: then it must not be executed. */
    @POST
    @Path("{run}/{index}/{number}/claim")
    public Response claim(
            @PathParam("run") String run,
            @PathParam("index") int index,
            @PathParam("number") int number,
            Envelope envelope) {
        var attempt = AttemptPath.of(run, index, number);
        var heard = words.hear(envelope, "/attempts/" + attempt + "/claim", Claim.class);
        var claim = heard.body();
        if (!claim.agent().equals(heard.agent().id())) {
            return refused(
                            "claim-refused",
                            attempt,
                            "is claimed by " + heard.agent().id() + " for " + claim.agent())
                    .response();
        }
        var state = attempts.submit(new Input<>(
                        attempt.toString(),
                        new AttemptInput.Claimed(claim),
                        EventIds.ofName(attempt + "/claim/" + claim.claimId()),
                        null))
                .join();
        return state instanceof AttemptState.Claimed claimed
                        && claimed.claimId().equals(claim.claimId())
                ? Response.ok(claim).build()
                : refused("claim-refused", attempt, "is not this agent's to execute")
                        .response();
    }

    /** 200 if it is known now; 409 if the attempt is not this agent's any more. */
    @POST
    @Path("{run}/{index}/{number}/report")
    public Response report(
            @PathParam("run") String run,
            @PathParam("index") int index,
            @PathParam("number") int number,
            Envelope envelope) {
        var attempt = AttemptPath.of(run, index, number);
        var heard = words.hear(envelope, "/attempts/" + attempt + "/report", Envelope.class);
        var report = words.report(heard.agent(), attempt, heard.body());
        var state = attempts.submit(new Input<>(
                        attempt.toString(),
                        new AttemptInput.Reported(report, AgentWords.statement(heard.agent(), heard.body())),
                        EventIds.ofName(attempt + "/report/" + report.claimId()),
                        null))
                .join();
        return state instanceof AttemptState.Ended ended && report.claimId().equals(ended.claimId())
                ? Response.ok(report.outcome()).build()
                : refused("report-refused", attempt, "has ended, or was claimed again")
                        .response();
    }

    private static Problem refused(String code, AttemptId attempt, String why) {
        return Problem.of(409, code, "Refused", "Attempt " + attempt + " " + why + ".");
    }
}
