package io.barecount.gateway.api;

import io.barecount.access.Proven;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.workload.Grant;
import io.barecount.contracts.workload.Uploads;
import io.barecount.contracts.workload.WorkloadBeat;
import io.barecount.contracts.workload.WorkloadClaim;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.storage.Grants;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.gateway.store.BeatRow;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What workloads say that a provider started. Each call carries the claim token that it was started with. */
@Path("/workloads/{run}/{index}/{number}")
@Proven(by = "the claim token that the attempt was started with")
@RunOnVirtualThread
class WorkloadsResource {
    private static final String BEARER = "Bearer ";

    private final Stage<AttemptState, AttemptInput> attempts;
    private final Grants grants;
    private final WorkloadLogs logs;

    WorkloadsResource(Stage<AttemptState, AttemptInput> attempts, Grants grants, WorkloadLogs logs) {
        this.attempts = attempts;
        this.grants = grants;
        this.logs = logs;
    }

    /** 200 with all that is needed to execute it; 409 if it is not this instance's: then it must end without a trace. */
    @POST
    @Path("claim")
    public Grant claim(
            @PathParam("run") String run,
            @PathParam("index") int index,
            @PathParam("number") int number,
            @HeaderParam("Authorization") String authorization,
            WorkloadClaim claim) {
        var attempt = AttemptPath.of(run, index, number);
        var state = attempts.submit(new Input<>(
                        attempt.toString(),
                        new AttemptInput.Taken(
                                token(authorization), claim.claimId(), claim.identity(), claim.environment()),
                        EventIds.ofName(attempt + "/claim/" + claim.claimId()),
                        null))
                .join();
        var held = held(state, claim.claimId(), authorization, attempt);
        heard(attempt);
        return grants.of(held.work());
    }

    @POST
    @Path("beat")
    public WorkloadBeat.Answer beat(
            @PathParam("run") String run,
            @PathParam("index") int index,
            @PathParam("number") int number,
            @HeaderParam("Authorization") String authorization,
            WorkloadBeat beat) {
        var attempt = AttemptPath.of(run, index, number);
        var held = held(state(attempt), beat.claimId(), authorization, attempt);
        heard(attempt);
        if (beat.log() != null) {
            logs.append(attempt, beat.log());
        }
        return new WorkloadBeat.Answer(held.ending() != null);
    }

    /** Where to put what the workload wrote. */
    @POST
    @Path("uploads")
    public Uploads.Addresses uploads(
            @PathParam("run") String run,
            @PathParam("index") int index,
            @PathParam("number") int number,
            @HeaderParam("Authorization") String authorization,
            Uploads uploads) {
        var attempt = AttemptPath.of(run, index, number);
        var held = held(state(attempt), uploads.claimId(), authorization, attempt);
        try {
            return new Uploads.Addresses(grants.uploads(held.work(), uploads.files()));
        } catch (Grants.Unusable e) {
            throw Problem.of(422, "output-refused", "Not an output", e.getMessage())
                    .exception();
        }
    }

    /**
     * 200 if it is known now, and its outputs are visible; 409 if the attempt is not this instance's any more.
     *
     * @param report its outputs are by the paths they were uploaded as
     */
    @POST
    @Path("report")
    public Report.Outcome report(
            @PathParam("run") String run,
            @PathParam("index") int index,
            @PathParam("number") int number,
            @HeaderParam("Authorization") String authorization,
            Report report) {
        var attempt = AttemptPath.of(run, index, number);
        var before = state(attempt);
        if (!(before instanceof AttemptState.Ended ended && report.claimId().equals(ended.claimId()))) {
            var held = held(before, report.claimId(), authorization, attempt);
            attempts.submit(new Input<>(
                            attempt.toString(),
                            new AttemptInput.Reported(published(held, report), null),
                            EventIds.ofName(attempt + "/report/" + report.claimId()),
                            null))
                    .join();
            grants.clear(held.work());
        }
        return report.outcome();
    }

    private Report published(AttemptState.Driven held, Report report) {
        var outputs = new HashMap<String, Digest>();
        var leftItsBoundary = held.ending() != null && held.ending().failureClass() == FailureClass.BOUNDARY_VIOLATION;
        if (report.outcome() == Report.Outcome.SUCCEEDED && !leftItsBoundary) {
            Map<String, String> published =
                    grants.publish(held.work(), new ArrayList<>(report.outputs().keySet()));
            report.outputs().forEach((file, digest) -> outputs.put(published.get(file), digest));
        }
        return new Report(
                held.holder().identity(),
                report.epoch(),
                report.claimId(),
                report.outcome(),
                report.failureClass(),
                report.reason(),
                report.startedAt(),
                report.endedAt(),
                report.exitCode(),
                report.environment(),
                report.applied(),
                report.networkApplied(),
                report.networkObserved(),
                report.log(),
                outputs);
    }

    private static AttemptState.Driven held(
            AttemptState state, String claimId, String authorization, AttemptId attempt) {
        if (state instanceof AttemptState.Driven driven
                && driven.holder() != null
                && driven.holder().claimId().equals(claimId)
                && driven.request().isClaimedWith(token(authorization))) {
            return driven;
        }
        throw Problem.of(409, "claim-refused", "Refused", "Attempt " + attempt + " is not this instance's to execute.")
                .exception();
    }

    private static String token(String authorization) {
        return authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length())
                : null;
    }

    private static AttemptState state(AttemptId attempt) {
        List<String> found = QuarkusTransaction.requiringNew()
                .call(() -> AttemptRow.<AttemptRow>list("id", attempt.toString()).stream()
                        .map(row -> row.state)
                        .toList());
        return found.isEmpty() ? null : Json.read(found.get(0), AttemptState.class);
    }

    private static void heard(AttemptId attempt) {
        QuarkusTransaction.requiringNew()
                .run(() -> BeatRow.heard(attempt.toString(), Clock.systemUTC().instant()));
    }
}
