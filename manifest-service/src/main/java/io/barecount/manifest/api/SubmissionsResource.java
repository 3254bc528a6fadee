package io.barecount.manifest.api;

import com.fasterxml.uuid.Generators;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.manifest.intake.SubmissionState;
import io.barecount.manifest.store.SubmissionRow;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

/** The HTTP door. */
@Path("/submissions")
@RunOnVirtualThread
class SubmissionsResource {
    private static final String SUBMITTER = "http";
    private final Door door;

    SubmissionsResource(Door door) {
        this.door = door;
    }

    /**
     * A manifest (YAML or JSON), or a document that holds one or names a pipeline. 202 once it is durable.
     *
     * @param key the same key with the same content is the same run; with another content it is refused
     */
    @POST
    @Consumes({"application/json", "application/yaml", "text/yaml", "application/x-yaml", "text/plain"})
    public Response submit(
            byte[] body, @HeaderParam("Idempotency-Key") String key, @HeaderParam("traceparent") String traceparent) {
        var run = new RunId(
                key == null
                        ? Generators.timeBasedEpochGenerator().generate()
                        : EventIds.ofName("idempotency-key/" + key));
        return door.take(run, io.barecount.contracts.submission.Door.HTTP, SUBMITTER, Door.document(body), traceparent);
    }

    @GET
    @Path("/{run}")
    @Transactional
    public Response show(@PathParam("run") String run) {
        return SubmissionRow.<SubmissionRow>findByIdOptional(run)
                .map(row -> Response.ok(Json.text(Json.read(row.state, SubmissionState.class), SubmissionState.class))
                        .type("application/json")
                        .build())
                .orElseGet(() -> Problem.of(
                                404,
                                "submission-unknown",
                                "No such submission",
                                "Nothing is known of a submission " + run + ".")
                        .response());
    }
}
