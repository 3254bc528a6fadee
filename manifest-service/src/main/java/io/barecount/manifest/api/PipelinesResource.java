package io.barecount.manifest.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Utf8;
import io.barecount.manifest.registry.PipelineName;
import io.barecount.manifest.store.PipelineRow;
import io.barecount.manifest.store.RegisteredPipelines;
import io.barecount.manifest.store.RegisteredPipelines.Registration;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.validation.ManifestValidation;
import io.barecount.manifest.validation.ManifestValidation.Result;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;

/** Registered pipelines. A version is never changed; registering another makes that the current one. */
@Path("/pipelines")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class PipelinesResource {
    private static final int LISTED_MAX = 500;

    private final RegisteredPipelines pipelines;
    private final ManifestValidation validation;
    private final Caller caller;

    PipelinesResource(RegisteredPipelines pipelines, ManifestValidation validation, Caller caller) {
        this.caller = caller;
        this.pipelines = pipelines;
        this.validation = validation;
    }

    record Version(String version, Instant registeredAt) {}

    record Listed(String namespace, String name, String version, Instant registeredAt) {}

    /** @param versions the newest first */
    record Pipeline(
            String namespace,
            String name,
            String version,
            Instant registeredAt,
            Manifest manifest,
            List<Version> versions) {}

    @PUT
    @Allow(value = Role.DEVELOPER, in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}")
    @Consumes({
        MediaType.APPLICATION_JSON,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "text/x-yaml",
        MediaType.TEXT_PLAIN
    })
    public Response register(byte[] body, @PathParam("namespace") String namespace, @PathParam("name") String name) {
        var text = Utf8.decode(body);
        if (text.isEmpty()) {
            return Problems.unreadable(Intake.unreadable("syntax", "the bytes are no UTF-8 text"))
                    .response();
        }
        return switch (validation.validate(text.get())) {
            case Result.Unreadable(var violations) -> ValidationResource.unreadable(violations);
            case Result.Invalid(var violations) -> Problems.invalid(violations).response();
            case Result.Valid(var manifest) ->
                manifest.namespace().equals(namespace) && manifest.name().equals(name)
                        ? register(manifest, caller.subject(), namespace, name)
                        : otherName(manifest, text.get());
        };
    }

    private Response register(Manifest manifest, String by, String namespace, String name) {
        var now = Instant.now();
        return switch (pipelines.register(manifest, by, now)) {
            case Registration.Registered(var version, var isNew) ->
                Response.status(isNew ? 201 : 200)
                        .entity(new Listed(namespace, name, version.toString(), now))
                        .build();
            case Registration.HookTaken(var hook, var owner) ->
                Problem.of(
                                409,
                                "hook-taken",
                                "Webhook in use",
                                "The webhook " + hook + " belongs to the pipeline " + owner
                                        + ". Nothing was stored; choose another name in spec.triggers.")
                        .response();
        };
    }

    private static Response otherName(Manifest manifest, String text) {
        var spot = Source.read(text, Source.SIZE_MAX).spot().at("/metadata/name");
        return Problems.invalid(List.of(new Violation(
                        "other-name",
                        "/metadata/name",
                        spot.line(),
                        spot.column(),
                        "the manifest is called " + manifest.namespace() + "/" + manifest.name()
                                + ", the address says another name",
                        "put it to /pipelines/" + manifest.namespace() + "/" + manifest.name())))
                .response();
    }

    /** @param after the {@code namespace/name} that the page before ended with */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public List<Listed> list(
            @QueryParam("namespace") String namespace, @QueryParam("after") @DefaultValue("") String after) {
        return pipelines.list(caller.within(namespace), after, LISTED_MAX).stream()
                .map(row -> new Listed(row.namespace, row.name, row.version, row.registeredAt))
                .toList();
    }

    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}")
    public Response get(@PathParam("namespace") String namespace, @PathParam("name") String name) {
        var pipeline = new PipelineName(namespace, name);
        return PipelineRow.<PipelineRow>findByIdOptional(pipeline.toString())
                .map(row -> Response.ok(new Pipeline(
                                row.namespace,
                                row.name,
                                row.version,
                                row.registeredAt,
                                row.toManifest(),
                                pipelines.versions(pipeline).stream()
                                        .map(version -> new Version(version.version, version.registeredAt))
                                        .toList()))
                        .build())
                .orElseGet(() -> Problems.notFound(
                                "No pipeline of this name is registered.",
                                "Register it: PUT its manifest to this address.")
                        .response());
    }

    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}/versions/{version}")
    public Response version(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("version") String version) {
        return pipelines
                .version(new PipelineName(namespace, name), version)
                .map(manifest -> Response.ok(manifest).build())
                .orElseGet(() -> Problems.notFound(
                                "There is no such version.", "GET /pipelines/<namespace>/<name> lists the versions.")
                        .response());
    }
}
