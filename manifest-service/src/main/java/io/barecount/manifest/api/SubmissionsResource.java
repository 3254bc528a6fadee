package io.barecount.manifest.api;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.submission.Door;
import io.barecount.manifest.store.SubmissionRow;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.manifest.submission.RunIds;
import io.barecount.manifest.submission.SubmissionState;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** Submissions over HTTP. */
@Path("/submissions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class SubmissionsResource {
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private final TimeBasedEpochGenerator runIds = Generators.timeBasedEpochGenerator();
    private final SubmissionDesk desk;
    private final Intake intake;
    private final Caller caller;

    SubmissionsResource(SubmissionDesk desk, Intake intake, Caller caller) {
        this.caller = caller;
        this.desk = desk;
        this.intake = intake;
    }

    /** Where a submission stands. */
    record Status(
            RunId run,
            String state,
            String namespace,
            String pipeline,
            String version,
            Door door,
            String submitter,
            Instant receivedAt,
            List<Violation> violations) {}

    @POST
    @Allow(value = Role.DEVELOPER, in = Allow.Scope.OBJECT)
    @Consumes({
        MediaType.APPLICATION_JSON,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "text/x-yaml",
        MediaType.TEXT_PLAIN
    })
    public Response submit(
            byte[] body,
            @HeaderParam("Idempotency-Key") String key,
            @HeaderParam(PipelinesResource.SIGNATURE) String signature,
            @HeaderParam("traceparent") String traceparent) {
        if (key != null && !KEY.matcher(key).matches()) {
            return malformedKey();
        }
        return switch (intake.signed(intake.read(body), signature)) {
            case Reading.Illegible unreadable -> Problems.unreadable(unreadable).response();
            case Reading.Legible reading -> {
                caller.require(reading.namespace());
                yield desk.take(request(reading, key, caller.subject(), traceparent));
            }
        };
    }

    private SubmissionDesk.Request request(Reading.Legible reading, String key, String submitter, String traceparent) {
        return new SubmissionDesk.Request(
                reading,
                key == null ? new RunId(runIds.generate()) : RunIds.ofKey(tenant(reading), key),
                key == null ? null : "This Idempotency-Key",
                Door.HTTP,
                submitter,
                traceparent);
    }

    private static Response malformedKey() {
        return Problem.of(
                        400,
                        "malformed-key",
                        "Malformed Idempotency-Key",
                        "An Idempotency-Key has 1 to 255 visible ASCII characters.")
                .response();
    }

    /** A submission without a well-formed namespace is invalid, so this key of nobody's is never stored. */
    private static String tenant(Reading.Legible reading) {
        return reading.namespace() == null ? "" : reading.namespace();
    }

    /**
     * Many at once: a submission document on each line, an answer line for each in the same order, written as they come. A line is answered
     * as it would be alone; one that is refused stops none of the others. With an {@code Idempotency-Key}, the line's number is part of
     * each line's key, so that sending all of it again starts nothing again.
     */
    @POST
    @Allow(value = Role.DEVELOPER, in = Allow.Scope.OBJECT)
    @Consumes("application/x-ndjson")
    @Produces("application/x-ndjson")
    public Response submitAll(
            InputStream body,
            @HeaderParam("Idempotency-Key") String key,
            @HeaderParam("traceparent") String traceparent) {
        if (key != null && !KEY.matcher(key).matches()) {
            return malformedKey();
        }
        var visible = caller.namespaces();
        var submitter = caller.subject();
        var lines = new BulkSubmission((line, text) -> {
            var ownKey = key == null ? null : key + "#" + line;
            return switch (intake.read(text)) {
                case Reading.Illegible unreadable ->
                    Problems.unreadable(unreadable).response();
                case Reading.Legible reading ->
                    visible.contains(reading.namespace())
                            ? desk.take(request(reading, ownKey, submitter, traceparent))
                            : Problems.otherNamespace(reading.namespace()).response();
            };
        });
        return Response.ok((StreamingOutput) out -> lines.answer(body, out)).build();
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{run}")
    public Response status(@PathParam("run") String text) {
        RunId run;
        try {
            run = RunId.parse(text);
        } catch (IllegalArgumentException e) {
            return Problem.of(400, "malformed-run", "Malformed run id", "A run id is a UUID.")
                    .response();
        }
        return SubmissionRow.stateOf(run)
                .filter(state -> caller.may(state.namespace()))
                .map(state -> Response.ok(status(run, state)).build())
                .orElseGet(() -> Problems.notFound(
                                "There is no submission of run " + run + ".",
                                "One that was published to Kafka appears here once it is taken.")
                        .response());
    }

    private static Status status(RunId run, SubmissionState state) {
        return switch (state) {
            case SubmissionState.Received received -> status(run, "received", state, null, null);
            case SubmissionState.Accepted accepted ->
                status(run, "accepted", state, accepted.version().toString(), null);
            case SubmissionState.Rejected rejected -> status(run, "rejected", state, null, rejected.violations());
        };
    }

    private static Status status(
            RunId run, String name, SubmissionState state, String version, List<Violation> violations) {
        return new Status(
                run,
                name,
                state.namespace(),
                state.pipeline(),
                version,
                state.door(),
                state.submitter(),
                state.receivedAt(),
                violations);
    }
}
